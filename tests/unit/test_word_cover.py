"""Words of two names beside each other, and what the screening model leaves out before it is asked.

Belongs here: words met at once against words compared one by one, pairs given up early against all pairs.
Belongs elsewhere: hits over dates (test_screen.py), how well altered names are found (`tidewaiter prove parties`).
"""

from collections.abc import Mapping

import numpy as np
import polars as pl
import pytest
from rapidfuzz.distance import JaroWinkler

from tidewaiter.parties.screen_model import find_pairs, key_names, may_be_told, measure_pairs, score_figures
from tidewaiter.parties.skeleton import skeleton_words
from tidewaiter.parties.word_cover import cover_words, may_be_alike
from tidewaiter.policy import load_policy
from tidewaiter.prove.parties.fit_screen import make_names, plain_names
from tidewaiter.prove.parties.made_name import alter
from tidewaiter.settings import SHIPPED_POLICY

POLICY = load_policy(SHIPPED_POLICY)
COMMON = frozenset({"trading", "ali"})


def make_pairs(names_n: int = 100, altered_n: int = 200) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Return altered and listed invented names by row, and the pairs of them that are looked at."""
    rng = np.random.default_rng(7)
    names = make_names(rng, POLICY, names_n)
    altered = [alter(rng, names[int(rng.integers(names_n))]) for _ in range(altered_n)]
    left, right = key_names(plain_names(altered, POLICY)), key_names(plain_names(names, POLICY))
    return left, right, find_pairs(left, right, POLICY)


def compare_two(one: str, other: str, bones_of: Mapping[str, str]) -> float:
    """Return how alike two words are, as the figures say it, by the letters of these two alone; in short floats."""
    letters, bones = np.float32(JaroWinkler.similarity(one, other)), np.float32(0)
    if np.float32(0.6) <= letters < 1:
        bones = np.float32(JaroWinkler.similarity(bones_of[one], bones_of[other]))
    best = max(letters, np.float32(0.95) * bones)
    if best < 1 and min(len(one), len(other)) == 1 and one[0] == other[0]:
        return 0.5
    return float(best) if best >= np.float32(0.8) else 0.0


def cover_one(words: list[str], others: list[str], bones_of: Mapping[str, str]) -> list[float]:
    """Return cover, missing, best and found of one side's words, and how many there are."""
    weight = [min(len(word), 8) / 8 * (0.3 if word in COMMON else 1) for word in words]
    found = [
        each * max(compare_two(word, other, bones_of) for other in others)
        for each, word in zip(weight, words, strict=True)
    ]
    missing = max(each - told for each, told in zip(weight, found, strict=True))
    return [sum(found) / sum(weight), missing, max(found), sum(found), len(words)]


def test_words_that_meet_at_once_are_told_as_words_compared_one_by_one() -> None:
    left, right, pairs = make_pairs()
    figures = cover_words(left, right, pairs, COMMON)
    words = pl.concat([left["name_key"], right["name_key"]]).str.split(" ").explode(empty_as_null=False).unique()
    bones = dict(zip(words, skeleton_words(words), strict=True))
    for row, (at, other) in zip(figures.iter_rows(), pairs.select("left", "right").iter_rows(), strict=True):
        sides = left["name_key"][at].split(" "), right["name_key"][other].split(" ")
        assert row == pytest.approx([*cover_one(*sides, bones), *cover_one(*sides[::-1], bones)], abs=1e-5)


def test_figures_of_a_pair_are_the_same_whatever_pairs_are_beside_it() -> None:
    left, right, pairs = make_pairs()
    whole, order = cover_words(left, right, pairs, COMMON), np.random.default_rng(1).permutation(pairs.height)
    assert cover_words(left, right, pairs[order], COMMON).equals(whole[order])
    assert cover_words(left, right, pairs[:5], COMMON).equals(whole[:5])


def test_words_left_out_by_their_letters_are_not_alike() -> None:
    words = pl.Series(["a", "aaaa", "aaa", "ab", "ba", "banana", "nab4n4", "b4", "4", "0", "abdulrahman", "rahman"])
    at = np.arange(words.len())
    left, right = np.repeat(at, len(at)), np.tile(at, len(at))
    kept = may_be_alike(words, left, right)
    alike = np.array([JaroWinkler.similarity(words[int(a)], words[int(b)]) for a, b in zip(left, right, strict=True)])
    assert (alike[~kept] < 0.6).all()
    assert 0.3 < kept.mean() < 0.9


def test_pairs_that_the_first_trees_give_up_are_told_by_none() -> None:
    left, right, pairs = make_pairs(1_000, 2_000)
    figures, tell = measure_pairs(left, right, pairs, POLICY), POLICY.screening.tell_score
    kept, told = may_be_told(figures, tell), score_figures(figures) >= tell
    assert (told <= kept).all()
    assert told.sum() > 1_000
    assert kept.mean() < 0.6
