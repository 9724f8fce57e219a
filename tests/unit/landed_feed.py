"""Runs one feed on a few files, from landed bytes to mapped rows, without a lake.

Belongs here: what tests of readers and of mapping SQL share.
Belongs elsewhere: whole nights (tests/integration).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from data_quality.codes import load_codes
from data_quality.contract import load_contract
from data_quality.hold import split_rows
from tidewaiter.ingest.feed import Feed, LandedFile, Link, Note
from tidewaiter.ingest.orphan import hold_orphans
from tidewaiter.ingest.raw_table import create_raw_table
from tidewaiter.ingest.reference import map_reference
from tidewaiter.ingest.version import COUNTED

SQL = Path(__file__).parents[2] / "tidewaiter" / "ingest" / "sql"
ON = date(2026, 11, 20)


@dataclass
class FeedRun:
    """One feed with its raw tables; `read` fills them, `keep` splits them, `map_table` returns mapped rows."""

    con: duckdb.DuckDBPyConnection
    feed: Feed
    folder: Path
    notes: list[Note] = field(default_factory=list)

    def read(self, name: str, content: str | bytes) -> None:
        """Land a file of that name with that content and read it."""
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        self.read_path(path)

    def read_path(self, path: Path, name: str | None = None) -> None:
        """Read a file that is on disk already, as if it had landed."""
        landed = f"{self.feed.folder}/{ON.isoformat()}/{name or path.name}"
        file = LandedFile(self.feed.folder, landed, path, "0" * 64, path.stat().st_size)
        self.notes += self.feed.read_file(self.con, file)

    def keep(self, links: tuple[Link, ...]) -> dict[str, list[str]]:
        """Split every raw table and return the rules that held rows break, by table; tables without held rows lack."""
        codes = {name: list(meanings) for name, meanings in load_codes().items()}
        for table in self.feed.tables:
            split_rows(self.con, load_contract(table), codes, ON)
        hold_orphans(self.con, links)
        nouns = [load_contract(table).noun for table in self.feed.tables]
        held = {noun: self.query(f"select unnest(broken_rules) as rule from held_{noun}") for noun in nouns}
        return {noun: sorted(row["rule"] for row in rows) for noun, rows in held.items() if rows}

    def map_table(self, noun: str) -> list[dict[str, Any]]:
        """Return the rows of one mapping, in its order."""
        return self.query((SQL / self.feed.noun / f"{noun}.sql").read_text(encoding="utf-8"))

    def map_reference(self, table: str, on: date = ON) -> list[dict[str, Any]]:
        """Return the rows that the feed brings to a reference table on a date, in the order of its key."""
        map_reference(self.con, table, [self.feed], on)
        return self.query(f"select * from reference_{load_contract(table).noun}")

    def query(self, sql: str) -> list[dict[str, Any]]:
        """Return the rows of a query as mappings."""
        result = self.con.execute(sql)
        names = [column[0] for column in result.description or ()]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    def count(self, noun: str) -> int:
        """Return how many rows of a raw table are kept."""
        return int(self.query(f"select count(*) as n from kept_{noun}")[0]["n"])


@contextmanager
def run_feed(feed: Feed, folder: Path) -> Iterator[FeedRun]:
    """Yield a run of the feed with empty raw tables and the code lists."""
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        for name, meanings in load_codes().items():
            _create_codes(con, name, meanings)
        for table in feed.tables:
            create_raw_table(con, table)
        yield FeedRun(con, feed, folder)


def _create_codes(con: duckdb.DuckDBPyConnection, name: str, meanings: Mapping[str, str]) -> None:
    con.execute(f"create temp table code_{name} (code varchar, meaning varchar)")
    con.execute(
        f"insert into code_{name} select unnest($codes), unnest($meanings)",
        {"codes": list(meanings), "meanings": list(meanings.values())},
    )


def promised_columns(table: str) -> set[str]:
    """Return the columns that the mapping to a table must give: the contract's, the version key, nothing counted."""
    columns = set(load_contract(table).column_names) - set(COUNTED)
    extra = {"version_key", "record_status"} if table == "core.shipment" else {"version_key"}
    return columns | extra
