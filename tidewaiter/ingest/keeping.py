"""From the raw tables of a date to kept, held and repeated rows, with one count a file.

Belongs here: the order of splitting, files with too many held rows.
Belongs elsewhere: the rules (data_quality/hold.py), rows of one key (data_quality/twin.py), mapping
to core tables (mapping.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
import pyarrow.parquet as pq

from data_quality.contract import load_contract
from data_quality.hold import Codes, split_rows
from data_quality.relation import count_rows, drop_relation, make_table
from data_quality.twin import drop_repeats, hold_conflicts
from tidewaiter.engine.duckdb import read_sql, scan_parquet
from tidewaiter.ingest.feed import Feed
from tidewaiter.ingest.orphan import hold_orphans
from tidewaiter.ingest.raw_table import scan_raw
from tidewaiter.lake import Lake
from tidewaiter.policy import Ingest
from tidewaiter.settings import PROJECT

# Rows of one table that may stand in memory.
FEW_ROWS = 100_000
SQL = PROJECT / "tidewaiter" / "ingest" / "sql"
# What a kept row has beside the columns that its contract promises.
KEPT_BESIDE = ("source_file varchar", "source_line bigint", "source_sha256 varchar", "landed_on date")


@dataclass(frozen=True)
class KeepRequest:
    """The date whose raw partitions are split, and by which codes and limits."""

    lake: Lake
    on: date
    codes: Codes
    limits: Ingest


def keep_feed(con: duckdb.DuckDBPyConnection, feed: Feed, request: KeepRequest) -> None:
    """Make `kept_<noun>` for each raw table of the feed, `held_<feed>` and `ledger_<feed>`.

    Every row of an accepted file is kept or held; the rows of a file that is refused here are neither.
    """
    contract = load_contract(f"raw.{feed.noun}_file")
    files = request.lake.existing(contract.table, request.on)
    if not pq.read_metadata(files).num_rows:
        _keep_nothing(con, feed)
        return
    for table in feed.tables:
        scan_raw(con, table, request.lake.existing(table, request.on))
    scan_parquet(con, "read_file", [files], contract)
    split_feed(con, feed, request)
    _drop_refused(con, feed)
    for table in feed.tables:
        drop_repeats(con, load_contract(table))
        _hold_small(con, f"kept_{load_contract(table).noun}")


def _keep_nothing(con: duckdb.DuckDBPyConnection, feed: Feed) -> None:
    """Make the tables that keeping leaves, all empty, where no file landed: rules cost their plan without rows too."""
    for table in feed.tables:
        columns = [f"{each.name} {each.sql_type}" for each in load_contract(table).columns]
        _make_empty(con, f"kept_{_noun(table)}", [*columns, *KEPT_BESIDE])
    held, ledger = (load_contract(f"held.{feed.noun}{end}") for end in ("", "_file"))
    counted = [f"{each.name} {each.sql_type}" for each in ledger.columns]
    _make_empty(con, f"held_{feed.noun}", [f"{each.name} {each.sql_type}" for each in held.columns])
    _make_empty(con, f"ledger_{feed.noun}", counted)
    _make_empty(con, f"judged_file_{feed.noun}", [*counted, "too_many boolean"])


def _make_empty(con: duckdb.DuckDBPyConnection, name: str, columns: Sequence[str]) -> None:
    try:
        con.execute(f"create or replace temp table {name} ({', '.join(columns)})")
    except duckdb.CatalogException:
        # It is a view so far. Asking first takes longer than the answer is worth.
        drop_relation(con, name)
        con.execute(f"create temp table {name} ({', '.join(columns)})")


def _noun(table: str) -> str:
    return load_contract(table).noun


def _hold_small(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Make a table of a view of few rows: rules and mappings read it a hundred times, and each time costs its plan."""
    if count_rows(con, name) <= FEW_ROWS:
        make_table(con, name)


def split_feed(con: duckdb.DuckDBPyConnection, feed: Feed, request: KeepRequest) -> None:
    """Split the feed's `raw_<noun>` into `kept_<noun>` and `held_<feed>`, and judge its files in `judged_file_<feed>`.

    Reads the relation `read_file`: what the reader made of each file.
    """
    for table in feed.tables:
        split_rows(con, load_contract(table), request.codes, request.on)
        hold_conflicts(con, load_contract(table))
    hold_orphans(con, feed.links)
    _gather_held(con, feed)
    _build_ledger(con, feed, request)


def _gather_held(con: duckdb.DuckDBPyConnection, feed: Feed) -> None:
    parts = [f"select * from held_{load_contract(table).noun}" for table in feed.tables]
    target = f"all_held_{feed.noun}"
    con.execute(f"create or replace temp table {target} as {' union all '.join(parts)}")
    for name in (f"held_{feed.noun}", *(f"held_{load_contract(table).noun}" for table in feed.tables)):
        drop_relation(con, name)
    con.execute(f"alter table {target} rename to held_{feed.noun}")


def _build_ledger(con: duckdb.DuckDBPyConnection, feed: Feed, request: KeepRequest) -> None:
    kept = " union all ".join(f"select source_file from kept_{load_contract(table).noun}" for table in feed.tables)
    con.execute(
        f"""
        create or replace temp table judged_file_{feed.noun} as
        with kept as (select source_file as file, count(*) as kept_n from ({kept}) group by all),
        broken as (
            select source_file as file, rule, count(*) as rows_n
            from (select source_file, unnest(broken_rules) as rule from held_{feed.noun}) group by all),
        -- Rows that lost their parent come last: what held the parent is the cause.
        named as (select file, string_agg(rule, ', ' order by nth) as top_rules
            from (select *, row_number() over (partition by file
                order by starts_with(rule, 'orphan_'), rows_n desc, rule) as nth from broken)
            where nth <= 3 group by file),
        counted as (select source_file as file, count(*) as held_n from held_{feed.noun} group by all),
        held as (from counted join named using (file))
        {read_sql(SQL / "ledger.sql")}
        """,
        {"share": request.limits.max_held_share, "least": request.limits.min_rows_for_held_share},
    )
    con.execute(
        f"create or replace temp table ledger_{feed.noun} as select * exclude (too_many) from judged_file_{feed.noun}"
    )


def _drop_refused(con: duckdb.DuckDBPyConnection, feed: Feed) -> None:
    refused = f"select file from ledger_{feed.noun} where status = 'refused'"
    con.execute(f"delete from held_{feed.noun} where source_file in ({refused})")
    if not con.execute(f"select count(*) from judged_file_{feed.noun} where too_many").fetchall()[0][0]:
        return
    for table in feed.tables:
        noun = load_contract(table).noun
        con.execute(
            f"""
            insert into left_out_{noun}
            select raw_row from numbered_{noun} where source_file in ({refused})
            """
        )
