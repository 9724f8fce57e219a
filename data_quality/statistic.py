"""Figures of a table that a later night compares itself with: rows, fill, different values, quantiles, mix of codes.

Belongs here: the one scan that takes them all.
Belongs elsewhere: which columns are looked at (policy/expectations.yml), bounds (expectation.py), drift (drift.py).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import duckdb

from data_quality.engine import check_name
from data_quality.expectation_policy import ColumnExpectations, TableExpectations

ALL = "*"
# Codes whose share is kept a night, the most frequent first; what is left is one more, under REST.
CODES_KEPT = 60
REST = "(other)"

ROWS, FILL, DISTINCT, QUANTILE = "rows_n", "fill_share", "distinct_n", "quantile"
CODE, ZEROS, AHEAD, WRONG_DIGIT = "code_share", "zero_share", "ahead_n", "wrong_digit_share"
# ISO 6346: four letters, six digits, check digit. Letters count from 10 upwards without multiples of 11, each place
# doubles; the sum modulo 11, a ten counting as nought, is the digit.
CONTAINER = "'^[A-Z]{4}[0-9]{7}$'"
LETTERS = "'0123456789A_BCDEFGHIJK_LMNOPQRSTU_VWXYZ'"


@dataclass(frozen=True)
class Measure:
    """One figure of one night; `column` and `code` are `*` where the figure is about the whole table or column."""

    table: str
    column: str
    measure: str
    code: str
    value: float

    @property
    def key(self) -> tuple[str, str, str, str]:
        return (self.table, self.column, self.measure, self.code)


@dataclass(frozen=True)
class Figure:
    """One aggregate of the scan: what it measures, its SQL over the table, and the values that it binds."""

    column: str
    measure: str
    sql: str
    codes: tuple[str, ...] = (ALL,)
    values: Mapping[str, Any] = field(default_factory=dict)


def measure_table(
    con: duckdb.DuckDBPyConnection, relation: str, table: str, wanted: TableExpectations, on: date
) -> tuple[Measure, ...]:
    """Return every figure that the expectations of a table need, from one scan, in a fixed order.

    Fill of a table without rows is no figure, and neither is a quantile of a column without values.
    """
    figures = [figure for name, column in wanted.columns.items() for figure in _figures(name, column, on)]
    aggregates = ", ".join(["count(*)", *(figure.sql for figure in figures)])
    values = {name: value for figure in figures for name, value in figure.values.items()}
    [(rows_n, *found)] = con.execute(f"select {aggregates} from {check_name(relation)}", values).fetchall()
    measures = [Measure(table, ALL, ROWS, ALL, float(rows_n))]
    for figure, value in zip(figures, found, strict=True):
        measures += _read(table, figure, value, rows_n)
    return tuple(measures)


def _figures(name: str, wanted: ColumnExpectations, on: date) -> Iterator[Figure]:
    """Yield the aggregates of a column; its name is one that a contract promises."""
    column = f'"{name}"'
    yield Figure(name, FILL, f"count({column})")
    if wanted.distinct is not None:
        yield Figure(name, DISTINCT, f"count(distinct {column})")
    if wanted.shift is not None:
        # The discrete quantile is the one Great Expectations takes, and does not depend on the order of rows.
        asked = [repr(each) for each in wanted.shift.quantiles]
        yield Figure(name, QUANTILE, f"quantile_disc({column}, [{', '.join(asked)}])", tuple(asked))
    if wanted.drift is not None:
        yield Figure(name, CODE, f"histogram({column}::varchar)")
    if wanted.zeros is not None:
        yield Figure(name, ZEROS, f"count(*) filter (where {column} = 0) / nullif(count({column}), 0)")
    if wanted.check_digit is not None:
        yield Figure(name, WRONG_DIGIT, _share_wrong_digits(column))
    if wanted.ahead is not None:
        last = {f"last_{name}": last_moment(on, wanted.ahead.max_days)}
        yield Figure(name, AHEAD, f"count(*) filter (where {column} > $last_{name}::timestamp)", values=last)


def _share_wrong_digits(column: str) -> str:
    """Return the share of wrong check digits among the values that have the form of a container number."""
    has_form = f"regexp_matches({column}, {CONTAINER})"
    weight = f"(strpos({LETTERS}, {column}[place]) - 1) * (1 << (place - 1)::integer)"
    digit = f"list_sum(list_transform(range(1, 11), lambda place: {weight})) % 11 % 10"
    is_wrong = f"case when {has_form} then {digit} <> right({column}, 1)::integer end"
    return f"count(*) filter (where {is_wrong}) / nullif(count(*) filter (where {has_form}), 0)"


def last_moment(on: date, days: int) -> str:
    """Return the end of the day that many days after the night, as SQL and Great Expectations read it."""
    return f"{on + timedelta(days=days)} 23:59:59.999999"


def _read(table: str, figure: Figure, value: Any, rows_n: int) -> Iterator[Measure]:
    if value is None:
        return
    if figure.measure == FILL:
        if rows_n:
            yield Measure(table, figure.column, FILL, ALL, value / rows_n)
    elif figure.measure == QUANTILE:
        for code, each in zip(figure.codes, value, strict=True):
            yield Measure(table, figure.column, QUANTILE, code, float(each))
    elif figure.measure == CODE:
        for code, share in _share_codes(value):
            yield Measure(table, figure.column, CODE, code, share)
    else:
        yield Measure(table, figure.column, figure.measure, ALL, float(value))


def _share_codes(counts: dict[str, int]) -> Iterator[tuple[str, float]]:
    """Yield the share of filled rows of each of the most frequent codes, and that of all others together."""
    filled_n = sum(counts.values())
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    for code, count in ordered[:CODES_KEPT]:
        yield code, count / filled_n
    if ordered[CODES_KEPT:]:
        yield REST, sum(count for _, count in ordered[CODES_KEPT:]) / filled_n
