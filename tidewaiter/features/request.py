"""What a feature family is given, and the published tables it opens.

Belongs here: the request, views over the date's partitions and over the window before it.
Belongs elsewhere: what is computed of them (family.py, record.py, sql/*.sql).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import polars as pl

from data_quality.contract import load_contract
from tidewaiter.engine.duckdb import scan_parquet, set_variables
from tidewaiter.lake import Lake
from tidewaiter.policy import Policy


@dataclass(frozen=True)
class FeatureRequest:
    """The date whose features are computed, from which lake, by which policy."""

    lake: Lake
    on: date
    policy: Policy

    def frame(self, table: str, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """Return the date's partition of a table, or these columns of it."""
        return pl.read_parquet(self.lake.existing(table, self.on), columns=None if columns is None else list(columns))

    def scan(self, table: str) -> pl.LazyFrame:
        """Return the date's partition of a table, of which only what is asked for is read."""
        return pl.scan_parquet(self.lake.existing(table, self.on), hive_partitioning=False)


def scan_date(con: duckdb.DuckDBPyConnection, request: FeatureRequest, table: str) -> None:
    """Make a view named after a table (`core_shipment`, ...) over its partition of the date."""
    paths = [request.lake.existing(table, request.on)]
    scan_parquet(con, table.replace(".", "_"), paths, load_contract(table))


def scan_history(con: duckdb.DuckDBPyConnection, request: FeatureRequest, table: str, days: int) -> None:
    """Make `<noun>_history`: sums counted on the `days` days before the date, as they stand once its filings are in.

    The date's own partition takes back what its filings replace, so that no shipment is its own history; of its own
    shipments nothing is counted before the date. A row is counted on its partition's date or before, so that the
    partitions of these days have every row of them.
    """
    noun = table.split(".")[1]
    scan_past(con, table, f"{noun}_past", request.lake.window(table, request.on, days))
    scan_date(con, request, table)
    set_variables(con, {f"{noun}_first_on": request.on - timedelta(days=days), f"{noun}_today": request.on})
    con.execute(f"""
        create or replace temp view {noun}_history as
        select * from (from {noun}_past union all by name from {table.replace(".", "_")})
        where counted_on >= getvariable('{noun}_first_on') and counted_on < getvariable('{noun}_today')
    """)


def scan_past(con: duckdb.DuckDBPyConnection, table: str, name: str, paths: list[Path]) -> None:
    """Make `name` a view over earlier partitions of a table."""
    scan_parquet(con, name, paths, load_contract(table))
