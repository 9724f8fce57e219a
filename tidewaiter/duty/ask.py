"""Duty of one line that a person asks about, by the same SQL that a night runs.

Belongs here: one declared line as a table, the newest tariff at or before the day, the answer as a record.
Belongs elsewhere: the computation (compute.py), how it is printed (tidewaiter/command/duty.py).
"""

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import polars as pl

from data_quality.contract import load_contract
from tidewaiter.duty.compute import DutyRequest, compute_duty
from tidewaiter.engine.duckdb import count_rows, scan_parquet
from tidewaiter.errors import PartitionMissingError
from tidewaiter.lake import Lake

REFERENCES = ("reference.tariff_line", "reference.tariff_action", "reference.adcvd_order")
QUESTION: dict[str, Any] = {
    "shipment_id": pl.String, "line_number": pl.Int32, "hts10": pl.String, "origin_country": pl.String,
    "description": pl.String, "quantity": pl.Decimal(18, 3), "quantity_unit": pl.String,
    "gross_weight_kg": pl.Decimal(18, 3), "value_usd": pl.Decimal(18, 2), "mode_code": pl.String,
    "entry_type": pl.String, "shipment_value_usd": pl.Decimal(18, 2), "first_line_number": pl.Int32,
}  # fmt: skip


@dataclass(frozen=True)
class DeclaredLine:
    """What is declared of one line; a shipment of one line is worth what its line is."""

    hts10: str | None
    origin_country: str | None
    value_usd: Decimal | None = None
    description: str | None = None
    quantity: Decimal | None = None
    quantity_unit: str | None = None
    gross_weight_kg: Decimal | None = None
    mode_code: str | None = None
    entry_type: str | None = None


def register_lines(con: duckdb.DuckDBPyConnection, lines: list[DeclaredLine]) -> None:
    """Make the table `duty_line` of lines, each a shipment of its own named after its place, from 1."""
    names = [field.name for field in fields(DeclaredLine)]
    rows = [
        {**{name: getattr(line, name) for name in names}, "shipment_id": f"asked:{place}", "line_number": 1,
         "first_line_number": 1, "shipment_value_usd": line.value_usd}
        for place, line in enumerate(lines, 1)
    ]  # fmt: skip
    con.register("given_line", pl.DataFrame(rows, schema=QUESTION).to_arrow())
    con.execute("create or replace temp table duty_line as select * from given_line")
    con.unregister("given_line")


def scan_tariff(con: duckdb.DuckDBPyConnection, lake: Lake, on: date) -> None:
    """Make a view of each reference table as it was on the newest date at or before the day.

    Raises:
        PartitionMissingError: no tariff has landed by then.
    """
    for table in REFERENCES:
        scan_parquet(con, table.replace(".", "_"), lake.through(table, on)[-1:], load_contract(table))
    if not count_rows(con, "reference_tariff_line"):
        raise PartitionMissingError(
            f"no tariff is in {lake.root} for {on} or before.",
            fix="land the tariff as LANDING/tariff/hts/<date>/<file>.csv, its lists beside it (section_301, "
            f"section_232, section_122, adcvd), and run `tidewaiter nightly --date {on}`",
        )


def ask_duty(con: duckdb.DuckDBPyConnection, request: DutyRequest, line: DeclaredLine) -> dict[str, Any]:
    """Return the answer's columns by name; reads the connection's reference tables, and `price` where there is one."""
    register_lines(con, [line])
    con.execute(
        "create temp table if not exists price (hs6 varchar, origin_country varchar, median_usd_kg decimal(18, 4))"
    )
    result = con.table(compute_duty(con, request))
    return dict(zip(result.columns, result.fetchall()[0], strict=True))
