"""From the kept rows of all shipment feeds to the core tables of a date.

Belongs here: running the mapping SQL, choosing the newest version of each shipment.
Belongs elsewhere: the mapping itself (sql/<feed>/<table>.sql), publishing (assets).
"""

from datetime import date

import duckdb

from data_quality.contract import load_contract
from tidewaiter.engine.duckdb import read_sql, scan_parquet
from tidewaiter.ingest.feed import Feed
from tidewaiter.ingest.keeping import SQL
from tidewaiter.lake import Lake

DETAIL_TABLES = ("core.shipment_line", "core.shipment_party", "core.shipment_equipment")
# Columns that are not mapped but counted over the versions of a shipment.
COUNTED = ("versions_n",)
CORE_TABLES = ("core.shipment", *DETAIL_TABLES, "core.shipment_version", "core.landed_file")


def map_core(con: duckdb.DuckDBPyConnection, feeds: tuple[Feed, ...]) -> None:
    """Make a temp table named after each core table (`core_shipment`, ...) from the feeds' kept rows."""
    _gather(con, "filed_shipment", "core.shipment", feeds)
    for table in DETAIL_TABLES:
        _gather(con, f"filed_{load_contract(table).noun}", table, feeds)
    con.execute(f"create or replace temp table core_shipment_version as {read_sql(SQL / 'shipment_version.sql')}")
    con.execute(f"create or replace temp table core_shipment as {read_sql(SQL / 'shipment.sql')}")
    for table in DETAIL_TABLES:
        _keep_current(con, table)


def gather_ledger(con: duckdb.DuckDBPyConnection, lake: Lake, on: date, feeds: tuple[Feed, ...]) -> None:
    """Make the temp table `core_landed_file`: the published counts of every feed's files."""
    paths = [lake.existing(f"held.{feed.noun}_file", on) for feed in feeds]
    scan_parquet(con, "feed_file", paths, load_contract("core.landed_file"))
    con.execute("create or replace temp table core_landed_file as select * from feed_file order by feed, file")


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
