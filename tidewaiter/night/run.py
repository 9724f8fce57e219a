"""Runs stages of a night in this process and publishes what they make, without a shell and without its checks.

Belongs here: rows into raw tables, from files or given; the order of stages; publication.
Belongs elsewhere: the stages (table.py), nights that people run (pipelines).
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb

from data_quality.contract import load_contract
from tidewaiter.duty.carried import CarriedRates
from tidewaiter.engine.duckdb import open_connection, open_session, write_table
from tidewaiter.engine.past import KeptPast, use_past
from tidewaiter.ingest.feed import Feed
from tidewaiter.lake import Lake
from tidewaiter.night.context import Night
from tidewaiter.night.landing import publish_files, publish_rows, read_feed
from tidewaiter.night.stage import Made, Stage
from tidewaiter.policy import Policy
from tidewaiter.settings import Settings


@dataclass(frozen=True)
class Runner:
    """A lake and a database that stays open over many nights.

    Attributes:
        keeps: the tables that are published; all of them where none is named.
        carried: duty rates of earlier nights.
        past: what earlier nights published, where many nights are run.
        seconds: processor seconds of this process by stage, added up.
    """

    settings: Settings
    policy: Policy
    lake: Lake
    base: duckdb.DuckDBPyConnection
    scratch: Path
    keeps: frozenset[str] | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    carried: CarriedRates = field(default_factory=CarriedRates)
    past: KeptPast | None = None

    @contextmanager
    def open(self, on: date, name: str) -> Iterator[Night]:
        """Yield a night with a session of its own: what one stage leaves in it no other stage sees."""
        began = time.process_time()
        with open_session(self.base) as con, use_past(self.past):
            yield Night(self.settings, self.policy, self.lake, on, con, self.scratch, carried=self.carried)
        self.seconds[name] = self.seconds.get(name, 0.0) + time.process_time() - began

    def read_landed(self, feeds: Iterable[Feed], on: date) -> None:
        """Publish the raw tables of the feeds from the files that landed for the date."""
        for feed in feeds:
            with self.open(on, "read") as night:
                read_feed(night, feed)
                publish_files(night, feed)
                publish_rows(night, feed)

    def run_stages(self, stages: Sequence[Stage], on: date) -> None:
        """Run the stages in order and publish the tables of each."""
        for stage in stages:
            with self.open(on, stage.name) as night:
                self.publish(night, stage.run(night))

    def publish(self, night: Night, made: Made) -> None:
        """Publish what a stage made, as far as it is kept."""
        kept = {table: relation for table, relation in made.relations.items() if self.is_kept(table)}
        publish_made(night, Made(kept, in_order=made.in_order))

    def is_kept(self, table: str) -> bool:
        """Return whether the table is published."""
        return self.keeps is None or table in self.keeps


def publish_made(night: Night, made: Made) -> None:
    """Write every relation by its table's contract, then publish all."""
    staged = {table: night.scratch / f"{table}.parquet" for table in made.relations}
    for table, relation in made.relations.items():
        write_table(night.con, relation, load_contract(table), staged[table], is_ordered=table in made.in_order)
    for table, path in staged.items():
        night.lake.publish(path, table, night.on)


@contextmanager
def open_runner(
    settings: Settings, policy: Policy, keeps: Iterable[str] | None = None, *, is_passing: bool = False
) -> Iterator[Runner]:
    """Yield a runner over the lake of the settings; its staging folder is gone afterwards.

    Args:
        is_passing: whether the lake is made again from the start after any failure, and its nights are small: it is not
            waited for the disk, and what later nights look back on stays in memory.
    """
    lake = Lake(settings.lake, is_durable=not is_passing)
    with lake.staging() as scratch, open_connection(policy.engine, scratch) as base:
        past = KeptPast(base) if is_passing else None
        yield Runner(settings, policy, lake, base, scratch, None if keeps is None else frozenset(keeps), past=past)
