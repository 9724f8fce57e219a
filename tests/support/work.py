"""A lake with its policy and connection, and one feed taken through it.

Belongs here: the steps of ingest without Dagster.
Belongs elsewhere: assertions.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from data_quality.codes import load_codes
from data_quality.contract import load_contract
from tests.support.entry import DAY
from tidewaiter.engine.duckdb import open_connection, write_ordered, write_table
from tidewaiter.ingest.feed import Feed
from tidewaiter.ingest.keeping import KeepRequest, keep_feed
from tidewaiter.ingest.mapping import CORE_TABLES, map_core
from tidewaiter.ingest.reading import FileRecord, ReadRequest, read_landed, seen_files
from tidewaiter.ingest.version import LookBack
from tidewaiter.lake import Lake
from tidewaiter.parties.history import HISTORY_TABLES, sum_days
from tidewaiter.parties.resolve import PARTY_TABLES, resolve_parties
from tidewaiter.policy import Policy, load_policy
from tidewaiter.settings import SHIPPED_POLICY


@dataclass(frozen=True)
class Bench:
    """A lake at work on one date."""

    lake: Lake
    policy: Policy
    con: duckdb.DuckDBPyConnection
    scratch: Path
    landing: Path
    on: date = DAY
    dated_codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def codes(self) -> dict[str, tuple[str, ...]]:
        """Every code list, the findings and the dated lists in force among them."""
        lists = {name: tuple(codes) for name, codes in load_codes().items()}
        return {**lists, "finding": tuple(self.policy.findings.codes), **self.dated_codes}

    def read(self, feed: Feed) -> tuple[FileRecord, ...]:
        """Read what landed and publish the raw partitions."""
        request = ReadRequest(self.landing, feed, self.on, self.scratch, self.policy.ingest)
        records = read_landed(self.con, request, seen_files(self.lake, feed, self.on))
        for table in feed.tables:
            staged = self.scratch / "raw.parquet"
            write_ordered(self.con, f"raw_{load_contract(table).noun}", "source_file, source_line", staged)
            self.lake.publish(staged, table, self.on)
        self.publish(f"raw.{feed.noun}_file", f"raw_{feed.noun}_file")
        return records

    def keep(self, feed: Feed) -> None:
        """Split the raw partitions into kept and held tables of the connection."""
        keep_feed(self.con, feed, KeepRequest(self.lake, self.on, self.codes, self.policy.ingest))

    def register_codes(self) -> None:
        """Make the table `code_<list>` of every code list, which mapping SQL may join."""
        for name, codes in load_codes().items():
            table = {"code": list(codes), "meaning": list(codes.values())}
            self.con.register(f"code_{name}", pl.DataFrame(table, schema={"code": pl.String, "meaning": pl.String}))

    def map(self, *feeds: Feed) -> None:
        """Map kept rows to the core tables of the connection, with what the lake knows of earlier versions."""
        map_core(self.con, feeds, LookBack(self.lake, self.on, self.policy.history.version_window_days))

    def land(self, *feeds: Feed) -> None:
        """Read, keep and map what landed for the feeds, and publish the core and party tables of the date."""
        for feed in feeds:
            self.read(feed)
            self.keep(feed)
        self.map(*feeds)
        for table in CORE_TABLES:
            self.publish(table, table.replace(".", "_"))
        resolve_parties(self.con, self.lake, self.on, self.policy)
        sum_days(self.con, self.lake, self.on)
        for table in (*PARTY_TABLES, *HISTORY_TABLES):
            self.publish(table, table.replace(".", "_"))

    def publish(self, table: str, relation: str) -> None:
        """Publish a relation as the partition of a table."""
        staged = self.scratch / "table.parquet"
        write_table(self.con, relation, load_contract(table), staged)
        self.lake.publish(staged, table, self.on)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return a query's rows."""
        return self.con.execute(query).fetchall()


@contextmanager
def open_bench(folder: Path, on: date = DAY) -> Iterator[Bench]:
    """Yield a bench whose lake and landing are in the folder."""
    lake, policy = Lake(folder / "lake"), load_policy(SHIPPED_POLICY)
    with lake.staging() as scratch, open_connection(policy.engine, scratch) as con:
        yield Bench(lake, policy, con, scratch, folder / "landing", on)
