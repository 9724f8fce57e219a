"""The family `change`: what parties, lines and routes do lately against what they did before.

Belongs here: the windows that are compared.
Belongs elsewhere: sums carried from night to night and alarms (tidewaiter/parties/change.py), the SQL (sql/change.sql).
"""

from datetime import timedelta

import duckdb

from data_quality.contract import load_contract
from tidewaiter.engine.duckdb import read_sql, scan_parquet, set_variables
from tidewaiter.engine.keyed import run_keyed
from tidewaiter.features.keyed import CHANGE
from tidewaiter.features.request import FeatureRequest, scan_date, scan_history
from tidewaiter.parties.change import set_clock
from tidewaiter.parties.history import SQL
from tidewaiter.parties.merged import key_merged, register_became, rename_entities

MIX = "party.mix_day"
RELATIONS = {
    "tonight": "change_tonight",
    "history": "entity_day_history",
    "mix": "mix_all",
    "state": "party_change_state",
    "met": "new_pair",
    "clock": "change_window",
}


def compute_change(con: duckdb.DuckDBPyConnection, request: FeatureRequest) -> str:
    """Make the family's temp table and return its name: one row a watched entity that is seen on the date."""
    policy = request.policy.change
    set_clock(con, request.on, policy)
    days = policy.short_days + policy.long_days
    scan_history(con, request, "party.entity_day", days)
    scan_mix(con, request, days)
    for table in ("party.change_state", "party.shipment_entity", "feature.entity"):
        scan_date(con, request, table)
    con.execute(
        "create or replace temp table change_window as "
        "select $today::date as today, $short_days::integer as short_days, $long_days::integer as long_days",
        {"today": request.on, "short_days": policy.short_days, "long_days": policy.long_days},
    )
    con.execute(f"create or replace temp view entity_tonight as {read_sql(SQL / 'entity_tonight.sql')}")
    if register_became(con, request.lake, request.on):
        key_merged(con)
        rename_entities(con, "entity_day_history", "mix_all")
    con.execute("""
        create or replace temp table change_tonight as
        select * from entity_tonight semi join watched_kind using (entity_kind)
    """)
    con.execute(f"create or replace temp table new_pair as {read_sql(SQL / 'new_pair.sql')}")
    return run_keyed(con, CHANGE, request.policy.engine.buckets, RELATIONS)


def scan_mix(con: duckdb.DuckDBPyConnection, request: FeatureRequest, days: int) -> None:
    """Make the view `mix_all`: what was counted in the window and on the date, as it stands once its filings are in."""
    first = request.on - timedelta(days=days)
    earlier = request.lake.window(MIX, request.on, days)
    scan_parquet(con, "mix_window", [*earlier, request.lake.existing(MIX, request.on)], load_contract(MIX))
    set_variables(con, {"mix_first_on": first})
    con.execute("""
        create or replace temp view mix_all as
        select * from mix_window where counted_on >= getvariable('mix_first_on')
    """)
