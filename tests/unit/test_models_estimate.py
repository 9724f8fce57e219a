"""Estimates of what was missed: right on average, with intervals that cover, few findings included.

Belongs here: Horvitz-Thompson shares and their intervals.
Belongs elsewhere: the random draw (test_selection.py).
"""

import numpy as np
import pytest

from models.calibrate import count_worth
from models.estimate import bound_share, estimate_missed
from tidewaiter.targeting.contribution import FloatArray

DRAWS = 1_000


def draw_year(random: np.random.Generator, rate: float, nights: int) -> tuple[FloatArray, FloatArray, float]:
    """Return results and chances of a year's random exams at two ports, and the true share of all shipments."""
    sizes = np.where(np.arange(nights) % 2, 150, 900) + random.integers(0, 60, nights)
    found = random.binomial(sizes, rate)
    drawn = np.where(np.arange(nights) % 2, 1, 3)
    hits = random.hypergeometric(found, sizes - found, drawn)
    truth = np.concatenate([np.repeat([1.0, 0.0], (hit, n - hit)) for hit, n in zip(hits, drawn, strict=True)])
    chance = np.repeat(drawn / sizes, drawn)
    return truth, chance, float(found.sum() / sizes.sum())


@pytest.mark.parametrize(("rate", "nights"), [(0.03, 60), (0.03, 180), (0.01, 180), (0.08, 90)])
def test_nominal_95_percent_intervals_cover_between_90_and_98_percent(rate: float, nights: int) -> None:
    random = np.random.default_rng(11)
    covered = []
    for _ in range(DRAWS):
        truth, chance, share = draw_year(random, rate, nights)
        found = estimate_missed(truth, chance)
        assert found.low is not None
        assert found.high is not None
        covered.append(found.low <= share <= found.high)
    assert 0.90 <= np.mean(covered) <= 0.98


def test_the_estimate_is_right_on_average() -> None:
    random = np.random.default_rng(12)
    gaps = []
    for _ in range(DRAWS):
        truth, chance, share = draw_year(random, 0.04, 90)
        gaps.append((estimate_missed(truth, chance).share or 0.0) - share)
    assert abs(float(np.mean(gaps))) < 0.0015


def test_equal_weights_give_the_mid_p_interval_of_a_count() -> None:
    """Three of a thousand: by hand, mid-p Poisson limits of 3 are 0.763 and 8.165."""
    truth = np.zeros(1000)
    truth[:3] = 1.0
    low, high = bound_share(truth, np.full(1000, 1e-3))
    assert low * 1000 == pytest.approx(0.763, abs=0.01)
    assert high * 1000 == pytest.approx(8.165, abs=0.02)


def test_no_finding_still_has_an_upper_limit() -> None:
    low, high = bound_share(np.zeros(200), np.full(200, 1 / 200))
    assert low == 0.0
    assert high * 200 == pytest.approx(np.log(20), abs=0.01)


def test_the_missed_are_those_the_drawn_stand_for_without_themselves() -> None:
    found = estimate_missed(np.array([1.0, 0.0]), np.array([0.1, 0.2]))
    assert found.missed_n == pytest.approx(9.0)
    assert found.shipments_n == pytest.approx(15.0)
    assert found.share == pytest.approx(10 / 15)


def test_without_exams_nothing_is_said() -> None:
    found = estimate_missed(np.zeros(0), np.zeros(0))
    assert (found.share, found.low, found.high, found.missed_n) == (None, None, None, None)


def test_equal_weights_are_worth_their_number() -> None:
    assert count_worth(np.full(40, 3.0)) == pytest.approx(40)
