"""Sums across columns: one order, whatever the number of threads.

Belongs here: order, missing values.
Belongs elsewhere: whole nights on other machines (tests/integration/test_night.py).
"""

import polars as pl

from tidewaiter.engine.addition import add_columns, average_columns

# After the large number the ones are lost, one by one; added up before it they are not.
TERMS = {"large": 1e16, "a": 1.0, "b": 1.0, "c": 1.0, "less": -1e16}
SMALL_FIRST = ("a", "b", "c", "large", "less")


def test_columns_are_added_from_the_first_to_the_last() -> None:
    row = pl.DataFrame({name: [value] for name, value in TERMS.items()})
    assert row.select(add_columns(pl.col(name) for name in TERMS)).item() == 0.0
    assert row.select(add_columns(pl.col(name) for name in SMALL_FIRST)).item() == 4.0


def test_no_columns_are_nothing() -> None:
    assert pl.select(add_columns([])).item() == 0.0


def test_a_missing_value_adds_nothing_and_counts_for_nothing() -> None:
    rows = pl.DataFrame({"a": [1.0, None, None], "b": [3.0, 5.0, None]}, schema={"a": pl.Float64, "b": pl.Float64})
    assert rows.select(add_columns([pl.col("a"), pl.col("b")])).to_series().to_list() == [4.0, 5.0, 0.0]
    assert rows.select(average_columns(rows.columns)).to_series().to_list() == [2.0, 5.0, None]
