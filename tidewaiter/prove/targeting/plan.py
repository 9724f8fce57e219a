"""What one proof runs: seeds, scale, weeks, capacity, policies; and the print that tells two such runs apart.

Belongs here: the protocol's figures, the fingerprint of parameters and program.
Belongs elsewhere: running it (campaign.py, loop.py).
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path

from data_quality import contract
from tidewaiter.settings import PROJECT, SHIPPED_POLICY

CODE = ("data_quality", "models", "tidewaiter", "sample_data")
ENDINGS = (".py", ".sql", ".yml", ".csv", ".yaml")
# What shows results does not change them.
SHOWING = ("tidewaiter/command/", "tidewaiter/view/", "tidewaiter/prove/targeting/page", "tidewaiter/release/")


@dataclass(frozen=True)
class Plan:
    """The figures of a proof.

    Attributes:
        scale: 1.0 is a national night of four million entries.
        start: first date of the warm-up.
        capacity_share: exams a night as a share of the shipments of a usual night.
        has_ocean: whether ocean bills and truck trips arrive beside entries and air waybills.
        is_redrawn: whether each world has figures of its own, drawn around the shipped ones.
    """

    scale: float = 0.0005
    start: date = date(2026, 3, 30)
    warm_up_weeks: int = 8
    weeks: int = 26
    capacity_share: float = 0.02
    has_ocean: bool = False
    is_redrawn: bool = False

    @property
    def warm_up_days(self) -> tuple[date, ...]:
        """The dates of the warm-up, in order."""
        return tuple(self.start + timedelta(days=day) for day in range(7 * self.warm_up_weeks))

    @property
    def days(self) -> tuple[date, ...]:
        """The dates that are measured, in order."""
        first = self.start + timedelta(days=7 * self.warm_up_weeks)
        return tuple(first + timedelta(days=day) for day in range(7 * self.weeks))

    def week(self, on: date) -> int:
        """Return the measured week of a date, from 1."""
        return (on - self.days[0]).days // 7 + 1


def print_plan(plan: Plan) -> str:
    """Return twelve hex digits that change with any figure of the plan and any byte of program, policy or contract."""
    digest = hashlib.sha256(json.dumps(asdict(plan), default=str, sort_keys=True).encode())
    for path in sorted(_list_code()):
        name = path.relative_to(PROJECT).as_posix()
        if not name.startswith(SHOWING):
            digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def _list_code() -> set[Path]:
    folders = [*(PROJECT / name for name in CODE), SHIPPED_POLICY, contract.FOLDER]
    found = (path for folder in folders for path in folder.rglob("*") if path.suffix in ENDINGS)
    return {path for path in found if "landing" not in path.relative_to(PROJECT).parts}
