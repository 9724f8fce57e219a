"""Makes the tables of a release in a DuckDB file that nobody has been shown yet, with their Parquet copies.

Belongs here: what happens while the file is open.
Belongs elsewhere: single tables (table.py), naming, hashing and publishing the closed file (build.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from data_quality.contract import load_contract
from tidewaiter.engine.duckdb import quote_text, write_table
from tidewaiter.lake import Lake
from tidewaiter.policy import Policy
from tidewaiter.release import meta
from tidewaiter.release.change import find_change
from tidewaiter.release.manifest import Change, Manifest, Origin
from tidewaiter.release.origin import read_origin, read_ports
from tidewaiter.release.reference import REFERENCE
from tidewaiter.release.shelf import Names, name_revision
from tidewaiter.release.table import CATALOG, MART, check_comments, digest_rows, make_from_rows, make_mart, open_sources


@dataclass(frozen=True)
class Plan:
    """What is built: the next revision of a date, in the folder `product`, to stand in `folder` beside `published`."""

    on: date
    product: Path
    folder: Path
    published: tuple[Manifest, ...]

    @property
    def before(self) -> Manifest | None:
        return self.published[-1] if self.published else None

    @property
    def revision(self) -> int:
        return self.before.revision + 1 if self.before else 1

    @property
    def names(self) -> Names:
        return name_revision(self.on, self.revision)


@dataclass(frozen=True)
class Draft:
    """A closed file of tables: rows and content SHA-256 by table name; `change` is None when it replaces nothing."""

    rows_n: Mapping[str, int]
    digests: Mapping[str, str]
    origin: Origin
    change: Change | None


def draft_release(con: duckdb.DuckDBPyConnection, plan: Plan, lake: Lake, policy: Policy) -> Draft | None:
    """Leave a closed DuckDB file and Parquet copies in the product folder.

    Return None, with the work half done, when the release before has the same content.
    """
    open_sources(con, lake, plan.on)
    origin = read_origin(con, policy)
    _attach(con, plan.product / plan.names.file)
    con.execute("begin")  # one commit: a write to the disk for each of some 180 statements takes longer than the work
    rows_n = _make_tables(con, plan, policy, origin)
    con.execute("commit")
    check_comments(con)
    digests = {name: digest_rows(con, load_contract(name)) for name in meta.TABLES}
    if plan.before and plan.before.digests(meta.CONTENT) == {name: digests[name] for name in meta.CONTENT}:
        return None
    _copy_to_parquet(con, plan.product / plan.names.parquet)
    change = find_change(con, plan.before, plan.folder / plan.before.file, origin) if plan.before else None
    con.execute(f"checkpoint {CATALOG}")
    con.execute(f"detach {CATALOG}")
    return Draft(rows_n, digests, origin, change)


def _attach(con: duckdb.DuckDBPyConnection, file: Path) -> None:
    con.execute(f"attach {quote_text(str(file))} as {CATALOG} (storage_version {quote_text(meta.STORAGE_VERSION)})")
    for schema in dict.fromkeys(name.split(".")[0] for name in meta.TABLES):
        con.execute(f"create schema {CATALOG}.{schema}")


def _make_tables(con: duckdb.DuckDBPyConnection, plan: Plan, policy: Policy, origin: Origin) -> dict[str, int]:
    rows_n = {table.name: make_mart(con, table, plan.on) for table in MART}
    ports = read_ports(con)
    rows_n |= {table.name: make_from_rows(con, table.name, table.rows(policy, ports)) for table in REFERENCE}
    rows_n[meta.ABOUT] = make_from_rows(con, meta.ABOUT, meta.list_statements(origin, plan.on, plan.revision))
    rows_n[meta.TABLE] = make_from_rows(con, meta.TABLE, meta.list_tables())
    rows_n[meta.COLUMN] = make_from_rows(con, meta.COLUMN, meta.list_columns())
    return rows_n


def _copy_to_parquet(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write each table as it stands, which is in key order."""
    folder.mkdir()
    for name in meta.TABLES:
        write_table(con, f"{CATALOG}.{name}", load_contract(name), folder / f"{name}.parquet", is_ordered=True)
