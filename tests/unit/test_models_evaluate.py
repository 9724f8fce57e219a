"""Evaluation: figures that can be worked out by hand, and a split that respects what was known.

Belongs here: measures, the split, the comparison with the record rule.
Belongs elsewhere: the card (test_models_train.py).
"""

import math
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from models.dataset import read_examples
from models.evaluate import evaluate, split_in_time
from models.measure import area_under_curve, bin_scores, chance_figures, estimate_share, log_loss, measure_ranking
from tests.unit.labelled_world import AS_OF, FEATURES, FIRST, make_world

TRUTH = np.array([True, False, True, False, False])
SCORE = np.array([0.9, 0.9, 0.4, 0.3, 0.1])
LOSS = np.array([10.0, 0.0, 30.0, 0.0, 0.0])


def test_ties_count_half_in_the_area() -> None:
    # Six pairs: 0.9 against 0.9, 0.3, 0.1 is 2.5; 0.4 against the same is 2.
    assert area_under_curve(SCORE, TRUTH) == pytest.approx(4.5 / 6)


def test_one_result_only_has_no_area() -> None:
    assert area_under_curve(SCORE, np.zeros(5, dtype=bool)) is None
    assert area_under_curve(SCORE, np.ones(5, dtype=bool)) is None


def test_the_interval_is_wilsons() -> None:
    eight_of_ten = estimate_share(8, 10)
    assert eight_of_ten.low == pytest.approx(0.4901625)
    assert eight_of_ten.high == pytest.approx(0.9433178)
    none_of_three = estimate_share(0, 3)
    assert none_of_three.low == 0.0
    assert none_of_three.high == pytest.approx(0.5614970)


def test_the_top_of_a_ranking_is_what_is_counted() -> None:
    top = measure_ranking(SCORE, SCORE, TRUTH, LOSS).at_capacity[-1]
    assert (top.share, top.examined_n, top.found_n) == (0.2, 1, 1)
    assert top.precision.value == 1.0
    assert top.recall is not None
    assert top.recall.value == 0.5
    assert top.revenue_recall == 0.25


def test_a_ranking_may_differ_from_the_chance() -> None:
    figures = measure_ranking(LOSS, SCORE, TRUTH, LOSS)
    assert figures.at_capacity[-1].revenue_recall == 0.75
    assert figures.log_loss == log_loss(SCORE, TRUTH)


def test_log_loss_is_the_mean_surprise() -> None:
    assert log_loss(np.array([0.8, 0.4]), np.array([True, False])) == pytest.approx(
        -(math.log(0.8) + math.log(0.6)) / 2
    )
    assert log_loss(np.array([0.0]), np.array([True])) == pytest.approx(-math.log(1e-6))


def test_bins_hold_every_row_once_and_in_order() -> None:
    random = np.random.default_rng(1)
    chance = random.random(103)
    bins = bin_scores(chance, random.random(103) < chance)
    assert sum(each.rows_n for each in bins) == 103
    assert [each.mean_score for each in bins] == sorted(each.mean_score for each in bins)


def test_stated_chances_that_come_true_have_little_calibration_error() -> None:
    random = np.random.default_rng(2)
    chance = random.random(20_000)
    truth = random.random(20_000) < chance
    good = measure_ranking(chance, chance, truth, np.zeros(20_000)).calibration_error
    bad = measure_ranking(chance, chance / 2, truth, np.zeros(20_000)).calibration_error
    assert good is not None
    assert bad is not None
    assert good < 0.02 < 0.2 < bad


def test_chance_finds_its_share() -> None:
    figures = chance_figures(0.3, TRUTH, LOSS)
    assert figures.at_capacity[-1].found_n == pytest.approx(0.4)
    assert figures.at_capacity[-1].revenue_recall == pytest.approx(0.2)
    assert figures.at_capacity[-1].precision.low is None


def test_no_rows_give_no_figures() -> None:
    nothing = np.zeros(0)
    for figures in (
        measure_ranking(nothing, nothing, nothing.astype(bool), nothing),
        chance_figures(0.1, nothing.astype(bool), nothing),
    ):
        assert figures.at_capacity == ()
        assert (figures.auc, figures.log_loss, figures.calibration_error) == (None, None, None)


def test_nobody_learns_from_a_result_that_came_after_the_cut() -> None:
    days = [FIRST + timedelta(days=place) for place in range(8)]
    known = pl.Series(days).cast(pl.Datetime("us")) + timedelta(days=3)
    examples = pl.DataFrame({"shipment_on": days, "known_at": known})
    split = split_in_time(examples, 0.25)
    assert split.cut_on == date(2026, 1, 7)
    assert split.newest["shipment_on"].to_list() == days[6:]
    assert split.earlier["shipment_on"].to_list() == days[:3]


def test_a_day_is_never_in_both_parts() -> None:
    examples = pl.DataFrame({"shipment_on": [FIRST] * 9, "known_at": [FIRST] * 9}).cast({"known_at": pl.Datetime("us")})
    split = split_in_time(examples, 0.2)
    assert split.newest.height == 9
    assert split.earlier.is_empty()


def test_a_planted_pattern_is_found_where_the_record_says_nothing(tmp_path: Path) -> None:
    world = make_world(tmp_path, rows_n=150)
    examples = read_examples(world.lake, AS_OF, 365, FEATURES).frame
    found = evaluate(examples, FEATURES, world.policy)
    ranked = found.evaluation.overall.rankings
    aucs = {name: figures.auc or 0.0 for name, figures in ranked.items()}
    assert aucs["model_by_score"] > 0.85
    assert abs(aucs["record_rule"] - 0.5) < 0.1
    losses = {name: figures.log_loss or 9.0 for name, figures in ranked.items()}
    assert losses["model"] < losses["random"] < losses["record_rule"]


def test_the_random_slice_holds_random_rows_only(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    examples = read_examples(world.lake, AS_OF, 365, FEATURES).frame
    found = evaluate(examples, FEATURES, world.policy).evaluation
    drawn = examples.filter(pl.col("source") == "random", pl.col("shipment_on") >= found.cut_on)
    assert found.random_slice.rows_n == drawn.height
    assert 0 < found.random_slice.rows_n < found.overall.rows_n
