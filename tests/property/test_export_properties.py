"""Any text at all in a CSV for spreadsheets."""

import csv
import io

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.view.export import to_csv

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1))
def test_no_text_begins_a_cell_like_a_formula_and_none_is_lost(texts: list[str]) -> None:
    written = to_csv(pl.DataFrame({"text": texts, "n": range(len(texts))}))
    found = [row[0] for row in csv.reader(io.StringIO(written, newline=""))][1:]
    assert not [text for text in found if text.startswith(STARTS)]
    assert found == [f"'{text}" if text.startswith(STARTS) else text for text in texts]
