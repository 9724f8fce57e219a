"""From the kept rows of all shipment feeds to the core tables of a date.

Belongs here: running the mapping SQL, keeping the details of the versions that stand.
Belongs elsewhere: the mapping itself (sql/<feed>/<table>.sql), which version stands (version.py), publishing (assets).
"""

from pathlib import Path

import duckdb

from data_quality.contract import load_contract
from data_quality.relation import drop_relation
from tidewaiter.engine.duckdb import count_rows, read_sql, store_query
from tidewaiter.ingest.feed import Feed
from tidewaiter.ingest.keeping import SQL
from tidewaiter.ingest.version import COUNTED, LookBack, judge_versions

DETAIL_TABLES = ("core.shipment_line", "core.shipment_party", "core.shipment_equipment")
CORE_TABLES = ("core.shipment", *DETAIL_TABLES, "core.shipment_version")
# Kept rows of all feeds that are mapped in memory.
FEW_ROWS = 100_000


def map_core(
    con: duckdb.DuckDBPyConnection, feeds: tuple[Feed, ...], look_back: LookBack, folder: Path | None = None
) -> None:
    """Make a relation named after each core table (`core_shipment`, ...) from the feeds' kept rows.

    Args:
        folder: where many rows are kept in between; the core tables are then views, of few rows temp tables.
    """
    rows = {feed: _count_kept(con, feed) for feed in feeds}
    aside = folder if sum(rows.values()) > FEW_ROWS else None
    # The mapping of a feed without rows costs its plan and gives nothing.
    mapped = tuple(feed for feed in feeds if rows[feed]) or feeds[:1]
    for table in ("core.shipment", *DETAIL_TABLES):
        _gather(con, table, mapped, aside)
    judge_versions(con, look_back, aside)
    con.execute(f"create or replace temp table standing_filing as {read_sql(SQL / 'standing_filing.sql')}")
    _make_relation(con, "core_shipment", read_sql(SQL / "shipment.sql"), aside)
    for table in DETAIL_TABLES:
        noun = load_contract(table).noun
        standing = f"select * exclude (version_key) from filed_{noun} semi join standing_filing using (version_key)"
        _make_relation(con, f"core_{noun}", standing, aside)


def _make_relation(con: duckdb.DuckDBPyConnection, name: str, query: str, folder: Path | None) -> None:
    """Make a temp table of a query's rows, or a view where there are many: they are written once and not kept."""
    drop_relation(con, name)
    con.execute(f"create temp {'view' if folder else 'table'} {name} as {query}")


def _count_kept(con: duckdb.DuckDBPyConnection, feed: Feed) -> int:
    return sum(count_rows(con, f"kept_{load_contract(table).noun}") for table in feed.tables)


def _gather(con: duckdb.DuckDBPyConnection, table: str, feeds: tuple[Feed, ...], folder: Path | None) -> None:
    """Make `filed_<noun>`: the union of the feeds that fill a table, by column name; no feed, no rows."""
    contract = load_contract(table)
    noun = contract.noun
    nothing = ", ".join(
        f'null::{each.sql_type} as "{each.name}"' for each in contract.columns if each.name not in COUNTED
    )
    parts = [f"(select {nothing}, null::varchar as version_key where false)"]
    parts += [f"({read_sql(SQL / feed.noun / f'{noun}.sql')})" for feed in feeds if table in feed.core_tables]
    store_query(con, f"filed_{noun}", " union all by name ".join(parts), folder)
