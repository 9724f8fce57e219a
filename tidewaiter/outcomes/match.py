"""Matches findings to shipments and derives labels and entity records.

Belongs here: outcome.finding, outcome.label and outcome.entity_outcome of a date.
Belongs elsewhere: the finding codes (policy/findings.yml).
"""

from dataclasses import dataclass
from datetime import date, timedelta

import duckdb
import pyarrow as pa

from data_quality.contract import load_contract
from tidewaiter.engine.duckdb import read_sql, scan_dated, scan_parquet
from tidewaiter.lake import Lake
from tidewaiter.policy import Policy
from tidewaiter.settings import PROJECT

SQL = PROJECT / "tidewaiter" / "outcomes" / "sql"
OUTCOME_TABLES = ("outcome.finding", "outcome.label", "outcome.entity_outcome")


@dataclass(frozen=True)
class OutcomeRequest:
    """The date on which findings landed, the lake they are matched in, and the policy that sorts them."""

    lake: Lake
    on: date
    policy: Policy


def derive_outcomes(con: duckdb.DuckDBPyConnection, request: OutcomeRequest) -> None:
    """Make the temp tables `outcome_finding`, `outcome_label` and `outcome_entity_outcome` from kept_exam_finding.

    Findings of earlier dates that had no shipment are tried again; they appear here once they match. Beside them
    `contradicted_finding` has what landed under the id of a finding that matched before, and says something else, and
    `disputed_exam` the exams of which findings with different ids exclude each other.
    """
    _register_codes(con, request.policy)
    _scan_window(con, request, "core.shipment", "shipment_past")
    _scan_window(con, request, "party.shipment_entity", "entity_past")
    # A night's own scores come after its outcomes: only those of earlier dates count, on a first run and on a second.
    _scan_window(con, request, "score.shipment", "score_past", with_date=False)
    earlier = request.lake.window("outcome.finding", request.on, request.policy.history.finding_lookback_days)
    scan_parquet(con, "finding_past", earlier, load_contract("outcome.finding"))
    for table in ("finding", "label", "entity_outcome"):
        con.execute(f"create or replace temp table outcome_{table} as {read_sql(SQL / f'{table}.sql')}")
    con.execute(f"create or replace temp table contradicted_finding as {read_sql(SQL / 'contradicted.sql')}")
    con.execute(f"create or replace temp table disputed_exam as {read_sql(SQL / 'disputed.sql')}")


def _register_codes(con: duckdb.DuckDBPyConnection, policy: Policy) -> None:
    codes = policy.findings.codes
    table = pa.table(
        {
            "finding_code": pa.array(list(codes), pa.string()),
            "family": pa.array([code.family for code in codes.values()], pa.string()),
            "is_label": pa.array([code.is_label for code in codes.values()], pa.bool_()),
        }
    )
    con.register("finding_code", table)
    con.register("family_code", pa.table({"family": pa.array(list(policy.findings.families), pa.string())}))


def _scan_window(
    con: duckdb.DuckDBPyConnection, request: OutcomeRequest, table: str, name: str, *, with_date: bool = True
) -> None:
    """Make `name` a view over the look-back window, with or without the date itself, with each row's partition date."""
    days = request.policy.history.finding_lookback_days
    paths = request.lake.window(table, request.on + timedelta(days=int(with_date)), days)
    scan_dated(con, name, paths, load_contract(table))
