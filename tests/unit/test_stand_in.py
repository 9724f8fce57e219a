"""Invented listed names: as many words a name, and words as common and as rare, as those of the official lists.

Belongs here: counts of invented names beside those that the module states of the lists.
Belongs elsewhere: how screening does on them (`tidewaiter prove parties`).
"""

import polars as pl
import pytest

from tidewaiter.parties.ngram import count_grams
from tidewaiter.policy import load_policy
from tidewaiter.prove.parties.altered_name import key_frame
from tidewaiter.prove.parties.stand_in import invent_listed
from tidewaiter.settings import SHIPPED_POLICY

POLICY = load_policy(SHIPPED_POLICY)


@pytest.fixture(scope="module")
def keys() -> pl.Series:
    """Return the keys of the names that `tidewaiter prove parties` invents, each once."""
    return key_frame(invent_listed(POLICY, 29_000), POLICY).unique("name_words", maintain_order=True)["name_key"]


def test_words_are_as_many_and_as_rare_as_on_the_lists(keys: pl.Series) -> None:
    words = keys.str.split(" ").explode(empty_as_null=False)
    counts = words.value_counts(sort=True)["count"].to_numpy()
    held = [counts[:commonest].sum() / counts.sum() for commonest in (10, 100, 1_000, 3_000)]
    assert len(words) / len(keys) == pytest.approx(3.16, abs=0.05)
    assert held == pytest.approx([0.087, 0.237, 0.506, 0.675], abs=0.02)
    assert counts[counts == 1].sum() / counts.sum() == pytest.approx(0.161, abs=0.01)
    assert counts[counts <= 5].sum() / counts.sum() == pytest.approx(0.394, abs=0.03)


def test_policy_words_hold_as_much_as_on_the_lists_and_runs_of_letters_are_as_many(keys: pl.Series) -> None:
    words = keys.str.split(" ").explode(empty_as_null=False)
    assert words.is_in(list(POLICY.screening.common_words)).mean() == pytest.approx(0.197, abs=0.01)
    assert len(set(count_grams(keys).indices.tolist())) == pytest.approx(8_781, rel=0.03)


def test_the_same_names_are_invented_each_time() -> None:
    assert invent_listed(POLICY, 50) == invent_listed(POLICY, 50)
    assert len(invent_listed(POLICY, 1)) == 1
