"""Which parties, tariff lines and routes have changed: sums carried from night to night, and the alarms they raise.

The state of a night follows from that of the newest night before it and the night's own sums, so that a date is built
anew from the date before it.

Belongs here: party.change_state and party.change.
Belongs elsewhere: an alarm in words (change_sentence.py), features of change (tidewaiter/features), sums (history.py).
"""

from datetime import date

import duckdb
import polars as pl

from data_quality.contract import load_contract
from tidewaiter.engine.duckdb import read_sql, scan_parquet
from tidewaiter.lake import Lake
from tidewaiter.parties.change_policy import Change
from tidewaiter.parties.change_sentence import write_sentences
from tidewaiter.parties.history import SQL
from tidewaiter.parties.merged import merge_states, register_became

STATE = "party.change_state"
CHANGE_TABLES = (STATE, "party.change")
CLOCK = (
    "min_score", "warm_up_nights", "half_life_nights", "volume_ratio", "usual_min_n", "share_min_n", "quiet_days",
    "forget_days", "prior_nights", "prior_dispersion",
)  # fmt: skip


def find_changes(con: duckdb.DuckDBPyConnection, lake: Lake, on: date, policy: Change) -> None:
    """Make the temp tables `party_change_state` and `party_change`.

    Reads the views party_entity_day, party_mix_day, party_shipment_entity and feature_entity of the date, and which
    parties became which by it.
    """
    before = lake.window(STATE, on, policy.forget_days)[-1:]
    scan_parquet(con, "change_before", before, load_contract(STATE))
    if register_became(con, lake, on):
        merge_states(con)
    set_clock(con, on, policy)
    for table in ("entity_tonight", "mix_tonight", "new_pair", "top_consignee", "change_level"):
        con.execute(f"create or replace temp table {table} as {read_sql(SQL / f'{table}.sql')}")
    advance_state(con)
    _raise_alarms(con, on)


def set_clock(con: duckdb.DuckDBPyConnection, on: date, policy: Change) -> None:
    """Make the small tables of the policy that the SQL of change reads: `change_clock`, `watched_kind`, ..."""
    clock = {"today": [on], **{name: [float(getattr(policy, name))] for name in CLOCK}}
    con.register("change_policy", pl.DataFrame(clock).to_arrow())
    con.execute("""
        create or replace temp table change_clock as
        select * replace (quiet_days::integer as quiet_days, forget_days::integer as forget_days) from change_policy
    """)
    con.unregister("change_policy")
    spread = policy.prior_spread.model_dump()
    con.register("spread", pl.DataFrame({"series": list(spread), "spread": list(spread.values())}).to_arrow())
    con.register("watched_kind", pl.DataFrame({"entity_kind": sorted(policy.kinds)}).to_arrow())
    quota = {"entity_kind": list(policy.quota), "quota": list(policy.quota.values())}
    con.register("kind_quota", pl.DataFrame(quota).to_arrow())


def advance_state(con: duckdb.DuckDBPyConnection) -> None:
    """Make the temp table `change_next`: the state before, moved on by tonight's `change_level`."""
    for table in ("change_factor", "change_state"):
        target = "change_next" if table == "change_state" else table
        con.execute(f"create or replace temp table {target} as {read_sql(SQL / f'{table}.sql')}")


def _raise_alarms(con: duckdb.DuckDBPyConnection, on: date) -> None:
    alarms = con.sql(read_sql(SQL / "change_alarm.sql")).pl()
    con.register("change_alarm", alarms.with_columns(write_sentences(alarms, on)).to_arrow())
    # As a table first: a join on unsigned keys with an Arrow relation fails where DuckDB hands it a filter.
    con.execute("create or replace temp table party_change as select * from change_alarm")
    con.unregister("change_alarm")
    con.execute("""
        create or replace temp table party_change_state as
        select state.* exclude (alarmed_on),
            case when alarm.entity_key is null then state.alarmed_on else state.updated_on end as alarmed_on
        from change_next as state left join party_change as alarm using (entity_kind, entity_key, series)
    """)
