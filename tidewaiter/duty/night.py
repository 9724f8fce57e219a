"""Duty of the lines of a date: its shipments, its tariff, and prices of the days before.

Belongs here: which published tables duty is found from.
Belongs elsewhere: the computation (compute.py), publishing (assets/duty.py).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb

from data_quality.contract import load_contract
from tidewaiter.duty.ask import REFERENCES
from tidewaiter.duty.carried import CarriedRates
from tidewaiter.duty.compute import SQL, DutyRequest, compute_duty
from tidewaiter.duty.method import DutyRules
from tidewaiter.engine.duckdb import read_sql, scan_parquet
from tidewaiter.lake import Lake
from tidewaiter.policy import Policy

SHIPMENTS = ("core.shipment", "core.shipment_line")
INPUTS = (*SHIPMENTS, *REFERENCES)
PRICES = "party.price_day"


@dataclass(frozen=True)
class DutyNight:
    """The date, its rules, and the rates that earlier dates of the same run have found."""

    on: date
    rules: DutyRules
    carried: CarriedRates


def find_line_duty(con: duckdb.DuckDBPyConnection, lake: Lake, policy: Policy, asked: DutyNight) -> str:
    """Make the temp table `core_line_duty`, one row a declared line of the date, and return its name."""
    on = asked.on
    for table in INPUTS:
        scan_parquet(con, table.replace(".", "_"), [lake.existing(table, on)], load_contract(table))
    history = lake.window(PRICES, on, policy.history.price_window_days)
    scan_parquet(con, "price_day_past", history, load_contract(PRICES))
    first = on - timedelta(days=policy.history.price_window_days)
    query = read_sql(SQL / "price_history.sql")
    con.execute(f"create or replace temp table price_history as {query}", {"first": first})
    for target, piece in (("duty_line", "line"), ("price", "price")):
        con.execute(f"create or replace temp table {target} as {read_sql(SQL / f'{piece}.sql')}")
    lists = tuple(_tell_file(lake.existing(table, on)) for table in REFERENCES)
    return compute_duty(con, DutyRequest(on, policy.duties, asked.rules, asked.carried, lists))


def _tell_file(path: Path) -> tuple[int, int]:
    """Return what a partition shares with those of other dates that are links to it, whose rows are in force alike."""
    said = path.stat()
    return said.st_ino, said.st_mtime_ns
