"""The way in of one night, measured step by step: `python -m tidewaiter.command.ingest_step STEP HOME LANDING POLICY`.

The steps are the functions that the night's own assets call.

Belongs here: calling them in their order, in a process that does nothing else.
Belongs elsewhere: the steps (assets, tidewaiter/ingest), comparing their figures (tidewaiter/prove/ingest.py).
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assets.landing import publish_raw
from assets.manifests import describe_held, list_core
from assets.table import publish_tables
from pipelines.resources import Work
from tidewaiter.engine.duckdb import open_connection
from tidewaiter.ingest.registry import SHIPMENT_FEEDS
from tidewaiter.lake import Lake
from tidewaiter.night.landing import split_shipments
from tidewaiter.policy import load_policy
from tidewaiter.prove.ingest import HOLD, MAP, PUBLISH, READ, VALIDATE
from tidewaiter.prove.measure import Measure, measure, report_measures
from tidewaiter.prove.national_night import NIGHT
from tidewaiter.settings import Settings


@contextmanager
def open_work(settings: Settings, step: str) -> Iterator[Work]:
    """Yield the work of the night."""
    policy, lake = load_policy(settings.policy), Lake(settings.lake)
    with lake.staging() as scratch, open_connection(policy.engine, scratch) as con:
        yield Work(settings, policy, lake, NIGHT, con, scratch, step=step)


def read_night(settings: Settings) -> list[Measure]:
    """Publish the raw tables of every shipment feed."""
    found: list[Measure] = []
    with measure(READ, found):
        for feed in SHIPMENT_FEEDS:
            with open_work(settings, f"read_{feed.noun}") as work:
                list(publish_raw(work, feed))
    return found


def build_core(settings: Settings) -> list[Measure]:
    """Publish the core tables and what is held."""
    found: list[Measure] = []
    with open_work(settings, "core") as work:
        with measure(HOLD, found):
            split_shipments(work)
        with measure(VALIDATE, found):
            held = [describe_held(work, feed) for feed in SHIPMENT_FEEDS]
        with measure(MAP, found):
            tables = list_core(work)
        with measure(PUBLISH, found):
            list(publish_tables(work, [*held, *tables]))
    return found


if __name__ == "__main__":
    home, landing, policy = (Path(each) for each in sys.argv[2:])
    run = {READ: read_night, HOLD: build_core}[sys.argv[1]]
    report_measures(run(Settings(home, landing, policy)))
