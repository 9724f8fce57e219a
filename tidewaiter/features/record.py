"""The family `entity`: what tonight's parties, lines and routes did before, and what exams of them found.

Belongs here: the windows each kind is looked back on, the rates that records are drawn to.
Belongs elsewhere: the sums of a day (tidewaiter/parties/history.py), the SQL of the family (sql/entity.sql).
"""

from datetime import timedelta

import duckdb

from data_quality.contract import load_contract
from tidewaiter.engine.duckdb import read_sql, scan_parquet, set_variables
from tidewaiter.engine.keyed import run_keyed
from tidewaiter.features.keyed import ENTITY, SQL
from tidewaiter.features.request import FeatureRequest, scan_date
from tidewaiter.parties.merged import key_merged, register_became, rename_entities

ENTITY_DAY = "party.entity_day"
OUTCOME = "outcome.entity_outcome"
RELATIONS = {
    "tonight": "entity_tonight",
    "history": "entity_day_history",
    "outcome": "entity_known",
    "clock": "record_clock",
    "prior": "record_prior",
}


def compute_records(con: duckdb.DuckDBPyConnection, request: FeatureRequest) -> str:
    """Make the family's temp table and return its name."""
    scan_entity_days(con, request)
    _scan_outcomes(con, request)
    if register_became(con, request.lake, request.on):
        key_merged(con)
        rename_entities(con, "entity_day_history", "entity_known")
    con.execute(f"create or replace temp table record_prior as {read_sql(SQL / 'record_prior.sql')}")
    return run_keyed(con, ENTITY, request.policy.engine.buckets, RELATIONS)


def scan_entity_days(con: duckdb.DuckDBPyConnection, request: FeatureRequest) -> None:
    """Make the views `entity_tonight` and `entity_day_history`: all kinds of the window, lasting kinds of the long one.

    As `scan_history` does, the history counts what stands once the date's filings are in, and of the date nothing.
    """
    history, lake, on = request.policy.history, request.lake, request.on
    recent_on = on - timedelta(days=history.window_days)
    contract = load_contract(ENTITY_DAY)
    scan_parquet(con, "entity_day_recent", lake.window(ENTITY_DAY, on, history.window_days), contract)
    older = lake.window(ENTITY_DAY, recent_on, history.long_window_days - history.window_days)
    scan_parquet(con, "entity_day_older", older, contract)
    scan_date(con, request, ENTITY_DAY)
    days = {"today": on, "recent_on": recent_on, "long_on": on - timedelta(days=history.long_window_days)}
    set_variables(con, {**days, "lasting_kinds": sorted(history.lasting_kinds)})
    con.execute(f"create or replace temp view entity_day_history as {read_sql(SQL / 'entity_history.sql')}")
    con.execute("""
        create or replace temp view entity_tonight as
        select * from party_entity_day where counted_on = getvariable('today')
    """)


def _scan_outcomes(con: duckdb.DuckDBPyConnection, request: FeatureRequest) -> None:
    """Make the view `entity_known`, outcomes with the key of their entity, and the table `record_clock`."""
    history = request.policy.history
    scan_parquet(con, "entity_outcome", request.lake.through(OUTCOME, request.on), load_contract(OUTCOME))
    con.execute("""
        create or replace temp view entity_known as
        select *, md5_number_lower(entity_kind || '|' || entity_id) as entity_key from entity_outcome
    """)
    con.execute(
        """
        create or replace temp table record_clock as
        select $today::date as today, $prior_n::double as prior_n, $prior_rate::double as prior_rate,
            $half_life_days::double as half_life_days
        """,
        {
            "today": request.on,
            "prior_n": history.record_prior_n,
            "prior_rate": history.record_prior_rate,
            "half_life_days": history.record_half_life_days,
        },
    )
