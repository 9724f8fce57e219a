"""From the kept rows of all shipment feeds to the core tables of a date.

Belongs here: running the mapping SQL, keeping the details of the versions that stand.
Belongs elsewhere: the mapping itself (sql/<feed>/<table>.sql), which version stands (version.py), publishing (assets).
"""

import duckdb

from data_quality.contract import load_contract
from tidewaiter.engine.duckdb import count_rows, read_sql
from tidewaiter.ingest.feed import Feed
from tidewaiter.ingest.keeping import SQL
from tidewaiter.ingest.version import COUNTED, LookBack, judge_versions

DETAIL_TABLES = ("core.shipment_line", "core.shipment_party", "core.shipment_equipment")
CORE_TABLES = ("core.shipment", *DETAIL_TABLES, "core.shipment_version")


def map_core(con: duckdb.DuckDBPyConnection, feeds: tuple[Feed, ...], look_back: LookBack) -> None:
    """Make a temp table named after each core table (`core_shipment`, ...) from the feeds' kept rows."""
    feeds = tuple(feed for feed in feeds if _has_rows(con, feed)) or feeds[:1]
    _gather(con, "filed_shipment", "core.shipment", feeds)
    for table in DETAIL_TABLES:
        _gather(con, f"filed_{load_contract(table).noun}", table, feeds)
    judge_versions(con, look_back)
    con.execute(f"create or replace temp table core_shipment as {read_sql(SQL / 'shipment.sql')}")
    for table in DETAIL_TABLES:
        _keep_current(con, table)


def _has_rows(con: duckdb.DuckDBPyConnection, feed: Feed) -> bool:
    """Return whether any row of the feed is kept; the mapping of one without costs its plan and gives nothing."""
    return any(count_rows(con, f"kept_{load_contract(table).noun}") for table in feed.tables)


def _gather(con: duckdb.DuckDBPyConnection, target: str, table: str, feeds: tuple[Feed, ...]) -> None:
    """Union the feeds that fill a table, by column name; no feed, no rows."""
    contract = load_contract(table)
    noun = contract.noun
    nothing = ", ".join(
        f'null::{each.sql_type} as "{each.name}"' for each in contract.columns if each.name not in COUNTED
    )
    parts = [f"(select {nothing}, null::varchar as version_key where false)"]
    parts += [f"({read_sql(SQL / feed.noun / f'{noun}.sql')})" for feed in feeds if table in feed.core_tables]
    con.execute(f"create or replace temp table {target} as {' union all by name '.join(parts)}")


def _keep_current(con: duckdb.DuckDBPyConnection, table: str) -> None:
    noun = load_contract(table).noun
    con.execute(
        f"""
        create or replace temp table core_{noun} as
        select detail.* exclude (version_key) from filed_{noun} as detail
        semi join (select version_key from core_shipment_version join filed_shipment
            using (shipment_id, filed_at, source_file, source_line) where is_current) as newest using (version_key)
        """
    )
