"""Drift of a mix of codes, against numbers worked out by hand."""

from math import log

import pytest

from data_quality.drift import FLOOR, RARE, compare_shares, measure_moved_share, measure_stability

BEFORE = {"CN": 0.5, "HK": 0.3, "VN": 0.2}
TONIGHT = {"CN": 0.4, "HK": 0.3, "VN": 0.3}


def test_the_stability_index_is_that_of_the_formula() -> None:
    # (0.4-0.5)*ln(0.4/0.5) + 0 + (0.3-0.2)*ln(0.3/0.2) = 0.0223144 + 0.0405465
    assert measure_stability(compare_shares(BEFORE, TONIGHT, 0)) == pytest.approx(0.0628609, abs=1e-7)


def test_the_moved_share_is_half_of_all_changes() -> None:
    assert measure_moved_share(compare_shares(BEFORE, TONIGHT, 0)) == pytest.approx(0.1)


def test_the_same_mix_has_not_moved() -> None:
    moves = compare_shares(BEFORE, dict(reversed(BEFORE.items())), 0)
    assert (measure_stability(moves), measure_moved_share(moves)) == (0, 0)


def test_a_code_that_is_new_counts_by_a_floor_and_not_without_end() -> None:
    moves = compare_shares({"CN": 1.0}, {"CN": 0.9, "XX": 0.1}, 0)
    expected = -0.1 * log(0.9) + (0.1 - FLOOR) * log(0.1 / FLOOR)
    assert measure_stability(moves) == pytest.approx(expected)


def test_codes_that_are_rare_on_both_sides_are_compared_as_one() -> None:
    before = {"CN": 0.97, "A": 0.004, "B": 0.004, "C": 0.022}
    tonight = {"CN": 0.97, "D": 0.004, "B": 0.004, "C": 0.022}
    moves = compare_shares(before, tonight, 0.005)
    assert {move.code for move in moves} == {"CN", "C", RARE}
    assert measure_stability(moves) == pytest.approx(0)
    assert measure_stability(compare_shares(before, tonight, 0)) > 0.01


def test_what_moved_most_comes_first_and_ties_go_by_code() -> None:
    assert [move.code for move in compare_shares(BEFORE, TONIGHT, 0)] == ["CN", "VN", "HK"]
