"""What each entity and each tariff line did on a date: sums that later nights read instead of shipments.

A date's sums count its own shipments, and take back those of earlier dates that its filings replace or remove, so that
over any run of days a shipment counts once.

Belongs here: party.entity_day, party.mix_day and party.price_day.
Belongs elsewhere: which version stands (tidewaiter/ingest/version.py), reading sums (tidewaiter/features).
"""

from datetime import date

import duckdb

from data_quality.contract import load_contract
from tidewaiter.engine.duckdb import read_sql, scan_dated
from tidewaiter.lake import Lake
from tidewaiter.settings import PROJECT

SQL = PROJECT / "tidewaiter" / "parties" / "sql"
HISTORY_TABLES = ("party.entity_day", "party.mix_day", "party.price_day")
# What the sums of earlier dates were made of -> the temp table of its rows that are taken back.
COUNTED_IN = {"party.shipment_entity": "replaced_entity", "core.shipment": "replaced_shipment"}


def count_days_known(lake: Lake, on: date) -> int | None:
    """Return how many days before the date the record of entities reaches back; None where there is none."""
    dates = lake.dates("party.entity_day")
    return max((on - dates[0]).days, 0) if dates else None


def sum_days(con: duckdb.DuckDBPyConnection, lake: Lake, on: date) -> None:
    """Make the temp tables `party_entity_day`, `party_mix_day` and `party_price_day`.

    Reads `party_shipment_entity` and the views core_shipment and core_shipment_version of the date; of earlier dates
    only those whose shipments are taken back. A date that is not in the lake counts nothing that could be taken back.
    """
    con.execute(f"create or replace temp table replaced as {read_sql(SQL / 'replaced.sql')}")
    found = con.execute("select distinct counted_on from replaced order by counted_on").fetchall()
    days = [day for (day,) in found]
    for table, target in COUNTED_IN.items():
        scan_dated(con, f"{target}_past", lake.among(table, days), load_contract(table))
        con.execute(
            f"""
            create or replace temp table {target} as
            select past.* exclude (date), past.date as counted_on from {target}_past as past
            join replaced on replaced.shipment_id = past.shipment_id and replaced.counted_on = past.date
            """
        )
    for table in HISTORY_TABLES:
        name = table.replace(".", "_")
        query = read_sql(SQL / f"{table.split('.')[1]}.sql")
        con.execute(f"create or replace temp table {name} as {query}", {"on": on})
