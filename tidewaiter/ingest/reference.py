"""From the kept rows of dated lists to the reference tables that are in force on a date.

Belongs here: which lists fill which table, which rows are in force, the date of the list that each row came from.
Belongs elsewhere: the mapping itself (sql/<feed>/<table>.sql), which copy of a list is used (snapshot.py).
"""

from collections.abc import Sequence
from datetime import date
from itertools import groupby

import duckdb
import polars as pl

from data_quality.contract import load_contract
from tidewaiter.engine.duckdb import read_sql
from tidewaiter.ingest.feed import Feed
from tidewaiter.ingest.keeping import SQL
from tidewaiter.ingest.snapshot import LIST_DATE
from tidewaiter.lake import Lake

# Code lists that reference tables give: list -> table and column.
CODE_TABLES = {"schedule_d": ("reference.port", "port_code")}


def read_dated_codes(lake: Lake, on: date) -> dict[str, tuple[str, ...]]:
    """Return the code lists in force on the date, from the reference tables; a table without rows gives none."""
    found: dict[str, tuple[str, ...]] = {}
    for name, (table, column) in CODE_TABLES.items():
        codes = pl.read_parquet(lake.existing(table, on), columns=[column], hive_partitioning=False)[column]
        if len(codes):
            found[name] = tuple(codes.sort())
    return found


def group_lists(feeds: Sequence[Feed]) -> dict[str, tuple[Feed, ...]]:
    """Return the feeds that are whole lists by the first part of their folder, in the order of both."""
    lists = sorted((feed for feed in feeds if feed.is_snapshot), key=find_kind)
    return {kind: tuple(members) for kind, members in groupby(lists, key=find_kind)}


def find_kind(feed: Feed) -> str:
    """Return the first part of a list's folder."""
    return feed.folder.split("/")[0]


def find_code(feed: Feed) -> str:
    """Return the last part of a list's folder: the list's code in reference tables."""
    return feed.folder.split("/")[-1]


def list_tables(feeds: Sequence[Feed]) -> tuple[str, ...]:
    """Return the reference tables that the feeds fill, each once, in name order."""
    return tuple(sorted({table for feed in feeds for table in feed.core_tables}))


def map_reference(con: duckdb.DuckDBPyConnection, table: str, feeds: Sequence[Feed], on: date) -> None:
    """Make the temp table `reference_<noun>` from what is in force on the date, in order of its key.

    A mapping gives columns of the contract, and `source_file`, whose folder says what `snapshot_on` is; a column that
    it does not give is null. It reads the kept rows of its feed (of which those in force are `in_force_<noun>`), the
    code lists, and `clock`: one row with the date (`today`) and the list's code (`list_code`).
    """
    contract = load_contract(table)
    given = {column.name: column.sql_type for column in contract.columns if column.name != "snapshot_on"}
    columns = [f'"{name}" {kind}' for name, kind in {**given, "source_file": "varchar"}.items()]
    mapped = f"mapped_{contract.noun}"
    con.execute(f"create or replace temp table {mapped} ({', '.join(columns)})")
    for feed in feeds:
        if table in feed.core_tables:
            _bind_inputs(con, feed, on)
            mapping = read_sql(SQL / (feed.mapping or feed.noun) / f"{contract.noun}.sql")
            con.execute(f"insert into {mapped} by name ({mapping})")
    con.execute(
        f"""
        create or replace temp table reference_{contract.noun} as
        select {", ".join(given)}, regexp_extract(source_file, $list_date, 1)::date as snapshot_on
        from {mapped} order by {", ".join(contract.key)}
        """,
        {"list_date": LIST_DATE},
    )


def _bind_inputs(con: duckdb.DuckDBPyConnection, feed: Feed, on: date) -> None:
    con.execute(
        "create or replace temp table clock as select $today::date as today, $code as list_code",
        {"today": on, "code": find_code(feed)},
    )
    for role, table in feed.roles:
        con.execute(f"create or replace temp view {role} as from kept_{load_contract(table).noun}")
    if feed.in_force is not None:
        noun = load_contract(feed.tables[0]).noun
        con.execute(
            f"create or replace temp view in_force_{noun} as select kept_{noun}.* from kept_{noun}, clock "
            f"where {_is_in_force(feed)}"
        )


def _is_in_force(feed: Feed) -> str:
    """Return SQL that is true for rows in force today; an empty first or last day is no bound."""
    first, last = feed.in_force or (None, None)
    bounds = [f"coalesce({first}, today) <= today"] if first else []
    bounds += [f"today <= coalesce({last}, today)"] if last else []
    return " and ".join(bounds)


def find_next_change(con: duckdb.DuckDBPyConnection, feeds: Sequence[Feed], on: date) -> date | None:
    """Return the first date after `on` on which another of the lists' kept rows is in force; None when there is none.

    Until then the same copies give the same reference tables.
    """
    days: list[date] = []
    for feed in feeds:
        first, last = feed.in_force or (None, None)
        begins = [f"{first}::date"] if first else []
        ends = [f"{last}::date + 1"] if last else []
        for day in (*begins, *ends):
            noun = load_contract(feed.tables[0]).noun
            rows = con.execute(f"select min({day}) from kept_{noun} where {day} > $on", {"on": on}).fetchall()
            days += [found for (found,) in rows if found is not None]
    return min(days, default=None)


def count_out_of_force(con: duckdb.DuckDBPyConnection, feeds: Sequence[Feed], on: date) -> dict[str, int]:
    """Return how many kept rows of each list are not in force on the date, by the list's code."""
    found: dict[str, int] = {}
    for feed in feeds:
        if feed.in_force is not None:
            noun = load_contract(feed.tables[0]).noun
            rows = con.execute(
                f"select count(*) from kept_{noun}, (select $today::date as today) where not ({_is_in_force(feed)})",
                {"today": on},
            )
            found[find_code(feed)] = int(rows.fetchall()[0][0])
    return found
