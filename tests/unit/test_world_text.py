"""Texts of a world that are put together a column at a time: digits, parts of a fixed width, texts at their rows.

Belongs here: sample_data/world/digit.py and what naming.py makes of it.
Belongs elsewhere: check digits of numbers (test_sample_data.py), the world (test_world.py).
"""

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sample_data.world.digit import encode, list_digits, stack
from sample_data.world.entry import NO_DAY, write_days
from sample_data.world.naming import join, spread_texts, text_of

FIRST = date(2026, 1, 1)


@given(st.lists(st.integers(0, 10**10 - 1), min_size=1), st.integers(10, 13))
def test_digits_have_leading_zeros_up_to_the_width(numbers: list[int], width: int) -> None:
    assert stack(*list_digits(np.array(numbers), width)).to_list() == [str(each).zfill(width) for each in numbers]


@pytest.mark.parametrize("number", [-1, -12_345, 1_000, 10_000_000])
def test_a_number_with_more_digits_or_below_zero_is_refused(number: int) -> None:
    with pytest.raises(IndexError):
        list_digits(np.array([1, number]), 3)


@given(st.lists(st.integers(-(10**12), 10**12)), st.sampled_from([0, 1, 5, 8]))
def test_a_text_of_a_number_is_that_of_python(numbers: list[int], width: int) -> None:
    texts = text_of(np.array(numbers, dtype=np.int64), width).to_list()
    assert texts == [str(each).zfill(width) for each in numbers]


def test_parts_are_stacked_as_they_are_joined() -> None:
    code, serial = encode(["ZT0", "ZT1"]), np.array([7, 65_432])
    stacked = stack(code, b"-", *list_digits(serial, 7), b"/")
    assert stacked.to_list() == join(pl.Series(["ZT0", "ZT1"]), "-", text_of(serial, 7), "/").to_list()
    assert stack(code[:0], b"-").to_list() == []


def test_texts_of_several_lengths_are_no_part() -> None:
    with pytest.raises(ValueError, match="several lengths"):
        encode(["US", "USA"])


def test_texts_stand_at_their_rows_and_are_missing_elsewhere() -> None:
    spread = spread_texts(5, (np.array([3, 0]), pl.Series(["d", "a"])), (np.array([4]), pl.Series(["e"])))
    assert spread.to_list() == ["a", None, None, "d", "e"]
    assert spread_texts(2, (np.zeros(0, dtype=np.int64), pl.Series([], dtype=pl.String))).to_list() == [None, None]


def test_days_are_dates_and_none_is_missing() -> None:
    assert write_days(np.array([2, NO_DAY, -400]), FIRST).to_list() == ["2026-01-03", None, "2024-11-27"]
    assert write_days(np.array([NO_DAY]), FIRST).to_list() == [None]
