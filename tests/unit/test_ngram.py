"""Which texts are found alike, and that runs of signs which many have lead to none.

Belongs here: likeness of texts by the runs of signs they share.
Belongs elsewhere: parties made of it (test_crosswalk.py), lists (test_screen.py).
"""

import numpy as np
import polars as pl

from tidewaiter.parties.ngram import Limits, count_grams, find_alike, find_nearest, scale_rows, weigh_rarity

NAMES = pl.Series([
    "brightwater pumps", "brightwater pump co", "northern lanterns", "nothern lanterns", "quartz and sons", "oak mill",
    "pumps of brightwater", "a", "",
])  # fmt: skip
EVERY = np.arange(NAMES.len())
WIDE = Limits(most_sharing=100, looked_at=100, kept=9, least_cosine=0.3)


def test_texts_alike_are_found_with_the_cosine_of_a_search_of_all() -> None:
    counted = count_grams(NAMES)
    rows = scale_rows(counted, weigh_rarity(counted))
    every = find_nearest(rows, rows, 9, WIDE.least_cosine, 1).filter(pl.col("left") != pl.col("right"))
    found = find_alike(NAMES, EVERY, WIDE, 1).filter(pl.col("left") != pl.col("right"))
    assert found.select("left", "right").rows() == every.select("left", "right").rows()
    assert {(0, 1), (0, 6), (2, 3)} <= set(found.select("left", "right").iter_rows())
    assert np.allclose(found["cosine"], every["cosine"], atol=1e-5)


def test_left_counts_among_those_asked() -> None:
    found = find_alike(NAMES, EVERY[2:4], WIDE, 1)
    assert set(found.select("left", "right").iter_rows()) == {(0, 2), (0, 3), (1, 2), (1, 3)}


def test_a_run_that_many_have_leads_to_none_of_them() -> None:
    names = pl.Series([f"general {word}" for word in ("oak", "elm", "ash", "fir")])
    wide = find_alike(names, np.arange(4), WIDE, 1)
    narrow = find_alike(names, np.arange(4), Limits(3, 100, 9, 0.3), 1)
    assert wide.height > 4
    assert narrow.is_empty()


def test_no_more_are_kept_than_asked_for_the_most_alike_first() -> None:
    names = pl.Series(["harbour crane", "harbour crane one", "harbour crane one two", "harbour crane one two three"])
    found = find_alike(names, np.arange(4), Limits(100, 100, 2, 0.1), 1)
    assert found.group_by("left").len()["len"].to_list() == [2] * 4
    assert set(found.filter(left=0)["right"]) == {0, 1}


def test_nothing_is_like_nothing() -> None:
    assert find_alike(pl.Series([], dtype=pl.String), np.arange(0), WIDE, 1).is_empty()
    assert find_alike(pl.Series(["", "a"]), np.arange(2), WIDE, 1).is_empty()
