"""Where what the checks found is kept: a part a step, gathered into one partition a date.

A step reads the parts of the same step of earlier dates only. Steps of one date may run in two processes, and what the
other process has done by then depends on the clock; what the same step did on earlier dates does not.

Belongs here: writing, reading and gathering parts, what of an outcome may be kept.
Belongs elsewhere: judging (data_quality), what people are shown (night.py).
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from data_quality.contract import load_contract, load_contracts
from data_quality.expectation_policy import Usual
from data_quality.outcome import CheckOutcome
from data_quality.past import Past
from data_quality.statistic import Measure
from data_quality.wording import describe_bounds
from tidewaiter.engine.duckdb import scan_parquet
from tidewaiter.lake import Lake, replace_durably

RESULT, MEASURE = "quality.result", "quality.measure"
TABLES = (RESULT, MEASURE)
CONTRACT, EXPECTATION, CHECK = "contract", "expectation", "check"
LONGEST = 400

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Step:
    """One step of one date: what a part belongs to."""

    lake: Lake
    on: date
    name: str

    def path(self, table: str, on: date | None = None) -> Path:
        """Return where the step's part of `quality.result` or `quality.measure` is or will be."""
        folder = self.lake.path(f"quality.step_{load_contract(table).noun}", on or self.on).parent
        return folder / f"{self.name}.parquet"


def keep_step(step: Step, scratch: Path, results: Iterable[Row], measures: Iterable[Measure]) -> None:
    """Replace the step's parts; a step without a figure or a result still has them."""
    rows = [(each.table, each.column, each.measure, each.code, each.value) for each in measures]
    for table, given in ((RESULT, list(results)), (MEASURE, rows)):
        _write_part(table, given, scratch / f"{table}.step.parquet", step.path(table))


def _write_part(table: str, rows: list[Row], staged: Path, target: Path) -> None:
    """Write rows in key order; some forty a date, too many and too small for a query each."""
    contract = load_contract(table)
    schema = {column.name: POLARS[column.sql_type] for column in contract.columns}
    pl.DataFrame(rows, schema=schema, orient="row").sort(contract.key).write_parquet(staged)
    target.parent.mkdir(parents=True, exist_ok=True)
    replace_durably(staged, target)


POLARS: dict[str, Any] = {
    "varchar": pl.String, "boolean": pl.Boolean, "bigint": pl.Int64, "double": pl.Float64,
}  # fmt: skip


def read_past(step: Step, usual: Usual) -> Past:
    """Return what the step measured on the nights before."""
    days = [step.on - timedelta(days=back) for back in range(1, usual.window_days + 1)]
    paths = {day: path for day in days if (path := step.path(MEASURE, day)).exists()}
    return Past(usual, step.on, ((day, each) for day, path in paths.items() for each in read_measures(path)))


def read_measures(path: Path) -> list[Measure]:
    """Return the measures of a part or a partition."""
    return [Measure(*row) for row in pl.read_parquet(path, hive_partitioning=False).iter_rows()]


def gather_steps(con: duckdb.DuckDBPyConnection, lake: Lake, on: date, steps: Collection[str]) -> None:
    """Make the temp tables `quality_result` and `quality_measure` from the parts of every step of the date.

    Args:
        steps: those that there are. Parts of others are gone afterwards: a step that was renamed since has left its
            findings under its old name, and they would stand beside the new ones.
    """
    for table in TABLES:
        for part in list_parts(lake, table, on):
            if part.stem not in steps:
                part.unlink()
        parts = list_parts(lake, table, on)
        contract = load_contract(table)
        scan_parquet(con, f"parts_{contract.noun}", parts, contract)
        key = ", ".join(contract.key)
        con.execute(
            f"create or replace temp table quality_{contract.noun} as "
            f"select * from parts_{contract.noun} order by {key}"
        )


def list_parts(lake: Lake, table: str, on: date) -> list[Path]:
    """Return the parts that the steps of a date have left, in name order."""
    folder = lake.path(f"quality.step_{load_contract(table).noun}", on).parent
    return sorted(folder.glob("*.parquet"))


def result_row(outcome: CheckOutcome, table: str, source: str) -> Row:
    """Return a row of `quality.result`: the outcome without any value that a person wrote."""
    of = outcome.table or table
    bound = outcome.bound or (describe_bounds(of).get(outcome.rule) if source == CONTRACT else None)
    return (
        of, source, outcome.rule, outcome.column, outcome.severity, outcome.passed if outcome.is_judged else None,
        outcome.evaluated_n, outcome.unexpected_n, _open_observed(outcome, of), bound, outcome.note,
        _open_error(outcome.error), outcome.expectation,
    )  # fmt: skip


def _open_observed(outcome: CheckOutcome, table: str) -> str | None:
    """Return what was observed: values that broke a rule only where they are numbers or dates, never text."""
    if outcome.column is None or outcome.bound is not None or table not in load_contracts():
        return outcome.observed
    column = load_contract(table).column(outcome.column)
    return None if column.is_text or column.classification == "personal" else outcome.observed


def cut_text(text: str) -> str:
    """Return a text of at most 400 signs, whole words and a sign of what was left out; a shorter one as it is."""
    if len(text) <= LONGEST:
        return text
    words, _, _ = text[: LONGEST - 1].rpartition(" ")
    return f"{words or text[: LONGEST - 2]} …"


def _open_error(error: str | None) -> str | None:
    """Return the error up to the first quoted value."""
    return None if error is None else cut_text(re.sub(r"""['"].*""", "…", error))
