"""The one scan of a table: each figure against rows counted by hand."""

from collections.abc import Iterator
from datetime import date

import duckdb
import pytest

from data_quality.expectation_policy import TableExpectations
from data_quality.statistic import CODES_KEPT, REST, measure_table

ON = date(2026, 11, 20)
WANTED = TableExpectations.model_validate(
    {
        "columns": {
            "code": {"drift": {"max_psi": 0.2}, "distinct": {"min": 1}},
            "kg": {"shift": {"quantiles": [0.5, 0.75], "max_factor": 2}, "zeros": {"max": 0.1}},
            "sent_at": {"ahead": {"max_days": 1}},
            "box": {"check_digit": {"max": 0.1}},
        }
    }
)
ROWS = [
    ("A", 0, "2026-11-20", "CSQU3054383"),
    ("A", 2, "2026-11-21 23:59:59", "CSQU3054384"),
    ("B", 4, "2026-11-22", "csqu3054383"),
    (None, None, None, None),
]
Figures = dict[tuple[str, str, str], float]


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("create table t (code varchar, kg decimal(9,3), sent_at timestamp, box varchar)")
        yield connection


def measure(con: duckdb.DuckDBPyConnection) -> Figures:
    return {each.key[1:]: each.value for each in measure_table(con, "t", "core.t", WANTED, ON)}


def test_every_figure_is_that_of_the_rows(con: duckdb.DuckDBPyConnection) -> None:
    con.executemany("insert into t values (?, ?, ?, ?)", ROWS)
    assert measure(con) == {
        ("*", "rows_n", "*"): 4,
        ("code", "fill_share", "*"): 0.75, ("code", "distinct_n", "*"): 2,
        ("code", "code_share", "A"): pytest.approx(2 / 3), ("code", "code_share", "B"): pytest.approx(1 / 3),
        ("kg", "fill_share", "*"): 0.75, ("kg", "quantile", "0.5"): 2, ("kg", "quantile", "0.75"): 4,
        ("kg", "zero_share", "*"): pytest.approx(1 / 3),
        ("sent_at", "fill_share", "*"): 0.75, ("sent_at", "ahead_n", "*"): 1,
        # The standard's own example has the digit 3; what has not the form is not looked at.
        ("box", "fill_share", "*"): 0.75, ("box", "wrong_digit_share", "*"): 0.5,
    }  # fmt: skip


def test_a_table_without_rows_has_its_count_and_no_shares(con: duckdb.DuckDBPyConnection) -> None:
    assert measure(con) == {("*", "rows_n", "*"): 0, ("code", "distinct_n", "*"): 0, ("sent_at", "ahead_n", "*"): 0}


def test_codes_past_the_most_frequent_are_one(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(f"insert into t (code) select (1000 + i % {CODES_KEPT + 5})::varchar from range(6500) as x(i)")
    shares = {code: value for (_, kind, code), value in measure(con).items() if kind == "code_share"}
    assert len(shares) == CODES_KEPT + 1
    assert shares[REST] == pytest.approx(5 / (CODES_KEPT + 5))
    assert sum(shares.values()) == pytest.approx(1)


def test_the_order_of_rows_changes_nothing(con: duckdb.DuckDBPyConnection) -> None:
    con.executemany("insert into t values (?, ?, ?, ?)", ROWS)
    first = measure_table(con, "t", "core.t", WANTED, ON)
    con.execute("create or replace table t as select * from t order by rowid desc")
    assert measure_table(con, "t", "core.t", WANTED, ON) == first
