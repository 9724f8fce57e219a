"""A campaign in little worlds that another process can run: `python -m tests.support.stub_campaign FOLDER`.

Belongs here: its plan, its world, running it.
Belongs elsewhere: the world (stub_world.py), assertions.
"""

import sys
import time
from datetime import date
from pathlib import Path

from tests.support.stub_world import StubWorld, land_ports
from tidewaiter.prove.targeting.campaign import Campaign, run_campaign
from tidewaiter.prove.targeting.plan import Plan

PLAN = Plan(start=date(2026, 9, 7), warm_up_weeks=1, weeks=1, capacity_share=0.3)
SEEDS, POLICIES = (5, 6), ("random", "boosted_trees")
SLOW_SECONDS = 20


def make_stub(seed: int, _scale: float, _start: date) -> StubWorld:
    """Return the little world of a seed."""
    return StubWorld(seed)


def make_failing(seed: int, _scale: float, _start: date) -> StubWorld:
    """Fail for the first seed at once, and for the others let the run go on for long."""
    if seed == SEEDS[0]:
        raise ArithmeticError("this world cannot be made")
    time.sleep(SLOW_SECONDS)
    return StubWorld(seed)


def make_campaign(folder: Path) -> Campaign:
    """Return the campaign of a folder, its lists landed."""
    for seed in SEEDS:
        landing = folder / "lists" / f"seed-{seed}"
        if not landing.exists():
            land_ports(landing, PLAN.start)
    return Campaign(PLAN, SEEDS, POLICIES, make_stub, folder / "lists", folder / "work", folder / "out")


if __name__ == "__main__":
    run_campaign(make_campaign(Path(sys.argv[1])), lambda _: None)
