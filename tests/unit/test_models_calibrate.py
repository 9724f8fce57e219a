"""Calibration, priors, weights and drift: what holds whatever the labels are.

Belongs here: the parts of a fit, on arrays that can be judged by hand or by repetition.
Belongs elsewhere: the whole model (test_models_train.py, test_models_score.py), intervals (test_models_estimate.py).
"""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from models.artifact import Model, read_reference
from models.background import read_background, sample_rows
from models.calibrate import Calibration, fit_calibration, join_falling, weigh_worth
from models.crossfit import fold_by_week
from models.drift import cut_nights, describe, describe_spread, measure_drift, pick_drifted, stability_index
from models.logistic import chance_of, fit_logistic, log_odds_of
from models.part import choose_inputs, is_record
from models.train import train_model
from models.weight import weigh_labels
from tests.unit.labelled_world import AS_OF, FEATURES, World, make_features, make_world, small_policy
from tidewaiter.policy import Policy
from tidewaiter.targeting.contribution import FloatArray

ONE_GROUP = np.array(["exam"])


def leave_out(*names: str) -> Policy:
    policy = small_policy()
    parts = policy.model.parts.model_copy(update=dict.fromkeys(names, False))
    return replace(policy, model=policy.model.model_copy(update={"parts": parts}))


def draw(seed: int, rows_n: int, shift: float = 0.0, slope: float = 1.0) -> tuple[FloatArray, FloatArray]:
    """Return stated log-odds, and results whose true log-odds are another line through them."""
    random = np.random.default_rng(seed)
    stated = random.normal(-2.5, 1.5, rows_n)
    return stated, (random.random(rows_n) < chance_of(shift + slope * stated)).astype(np.float64)


def test_without_labels_the_prior_stands() -> None:
    x = np.ones((1, 2))
    found = fit_logistic(x, np.ones(1), np.zeros(1), mean=np.array([0.3, 1.0]), precision=np.array([1.0, 1.0]))
    assert found == pytest.approx([0.3, 1.0])


def test_many_labels_move_the_coefficients_to_what_they_say() -> None:
    stated, y = draw(1, 40_000, shift=-1.0, slope=0.5)
    x = np.stack([np.ones(40_000), stated], axis=1)
    found = fit_logistic(x, y, np.ones(40_000), mean=np.array([0.0, 1.0]), precision=np.array([1.0, 6.0]))
    assert found == pytest.approx([-1.0, 0.5], abs=0.1)


@pytest.mark.parametrize("isotonic_positives", [50, 10**9])
def test_calibrated_chances_come_true(isotonic_positives: int) -> None:
    stated, y = draw(2, 20_000, shift=-0.7, slope=0.6)
    groups = np.repeat(ONE_GROUP, 20_000)
    found = fit_calibration(stated, y, np.ones(20_000), groups, isotonic_positives)
    fresh, truth = draw(3, 50_000, shift=-0.7, slope=0.6)
    after = chance_of(found.apply(fresh, np.repeat(ONE_GROUP, 50_000)))
    assert abs(after.mean() - truth.mean()) < 0.005
    for low, high in ((0.0, 0.05), (0.05, 0.2), (0.2, 1.0)):
        inside = (after >= low) & (after < high)
        assert abs(after[inside].mean() - truth[inside].mean()) < 0.02


def test_a_bend_keeps_the_order_of_chances() -> None:
    stated, y = draw(4, 5_000)
    found = fit_calibration(stated, y, np.ones(5_000), np.repeat(ONE_GROUP, 5_000), 50)
    assert found.bend_from
    line = found.apply(np.linspace(-12, 6, 500), np.repeat(ONE_GROUP, 500))
    assert (np.diff(line) >= -1e-12).all()


def test_chances_hold_for_all_shipments_although_the_labels_were_chosen() -> None:
    """Of the many unlikely ones few are examined, and there the stated chances are three times too high."""
    random = np.random.default_rng(5)
    stated = random.normal(-3, 1, 60_000)
    y = (random.random(60_000) < chance_of(stated - np.where(stated < -2, 1.1, 0.0))).astype(np.float64)
    chosen = random.random(60_000) < (chance := np.where(stated > -2, 1.0, 0.1))
    weight = 1.0 / chance[chosen]
    found = fit_calibration(stated[chosen], y[chosen], weight, np.repeat(ONE_GROUP, chosen.sum()), 200)
    after = chance_of(found.apply(stated, np.repeat(ONE_GROUP, 60_000)))
    assert abs(after.mean() / y.mean() - 1) < 0.1


def test_a_port_group_with_few_labels_stays_near_the_rest() -> None:
    stated, y = draw(6, 4_000)
    groups = np.where(np.arange(4_000) < 8, "few", "many")
    found = fit_calibration(stated, np.where(groups == "few", 1.0, y), np.ones(4_000), groups, 10**9)
    assert 0 < found.groups["few"] < 1.2
    assert abs(found.groups["many"]) < 0.1
    assert Calibration().apply(stated, groups).tolist() == stated.tolist()


def test_falling_figures_are_joined_to_their_mean() -> None:
    assert join_falling(np.array([0.1, 0.4, 0.2, 0.5]), np.array([1.0, 1.0, 3.0, 1.0])).tolist() == pytest.approx(
        [0.1, 0.25, 0.25, 0.5]
    )


def test_weights_count_as_many_rows_as_they_are_worth() -> None:
    assert weigh_worth(np.ones(7)).sum() == pytest.approx(7)
    assert weigh_worth(np.array([100.0, 1.0, 1.0])).sum() == pytest.approx(102**2 / 10_002)


def test_a_label_weighs_one_over_its_stored_chance_within_the_cap() -> None:
    half_life = small_policy().model.learning.weight_half_life_days
    rows = pl.DataFrame({
        "inclusion_probability": [1.0, 0.5, 0.0001, None, 0.5],
        "shipment_on": [AS_OF] * 4 + [AS_OF - timedelta(days=half_life)],
    })  # fmt: skip
    cap = small_policy().model.learning.weight_cap
    assert weigh_labels(rows, small_policy()).tolist() == [1.0, 2.0, cap, 1.0, 1.0]
    assert weigh_labels(rows, leave_out("weights")).tolist() == [1.0] * 5


def test_a_week_is_in_one_fold_and_every_fold_has_rows() -> None:
    days = pl.Series([AS_OF]).dt.offset_by("0d").to_list() * 3
    assert fold_by_week(pl.Series(days), 4).tolist() == [0, 1, 2]
    weeks = pl.date_range(AS_OF, AS_OF.replace(month=4), eager=True)
    folds = fold_by_week(weeks, 4)
    assert set(folds.tolist()) == {0, 1, 2, 3}
    by_week: dict[int, set[int]] = {}
    for day, fold in zip(weeks.cast(pl.Int32).to_list(), folds.tolist(), strict=True):
        by_week.setdefault(day // 7, set()).add(fold)
    assert all(len(each) == 1 for each in by_week.values())


def test_the_same_figures_have_no_drift_and_moved_ones_have() -> None:
    random = np.random.default_rng(7)
    then, now = random.normal(0, 1, 20_000), random.normal(0, 1, 20_000)
    spread = describe_spread(then)
    assert stability_index(spread, now) < 0.01
    assert stability_index(spread, now + 1.0) > 0.25
    assert stability_index(spread, np.where(random.random(20_000) < 0.3, np.nan, now)) > 0.25
    assert stability_index(spread, np.zeros(0)) == 0.0


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("world"))


def train_without(world: World, folder: Path, *names: str) -> Model:
    return train_model(world.lake, leave_out(*names), AS_OF, folder)


def test_every_part_can_be_left_out(world: World, tmp_path: Path) -> None:
    model = train_without(world, tmp_path, "record", "lists_network", "trees", "novelty", "calibration", "weights")
    assert not [name for name in model.fitted.features if is_record(name)]
    assert model.fitted.texts == {}
    assert model.fitted.recipe.novelty is None
    assert model.fitted.recipe.calibration == Calibration()
    assert model.fitted.recipe.straight.record == 0.0


def test_what_is_left_out_by_policy_is_no_difference_from_the_catalog() -> None:
    assert choose_inputs(small_policy().model.parts) == FEATURES
    assert "listed_parties_n" not in choose_inputs(leave_out("lists_network").model.parts)


def test_the_background_is_a_sample_of_every_date_of_the_window_and_of_none_after(world: World) -> None:
    sample = read_background(world.lake, AS_OF, 90, 200, FEATURES)
    assert 150 < sample.height <= 240
    assert not set(sample["shipment_id"]) & set(make_features(240, 500)["shipment_id"])
    assert read_background(world.lake, AS_OF, 90, 200, FEATURES).equals(sample)
    assert read_background(world.lake, AS_OF.replace(year=2020), 90, 200, FEATURES).is_empty()


def test_a_sample_of_a_large_night_has_every_stream_in_its_share(tmp_path: Path) -> None:
    streams = ["air_waybill"] * 900 + ["low_value"] * 97_000 + ["truck"] * 2_100
    rows = pl.DataFrame({"stream": streams}).with_columns(
        shipment_id=pl.format("{}:{}", "stream", pl.int_range(pl.len())), port_code=pl.lit("2704"), figure=pl.lit(1.0)
    )
    path = tmp_path / "part.parquet"
    rows.write_parquet(path, row_group_size=6_000)
    sample = sample_rows(path, 1_000, ["figure"])
    counted = sample["shipment_id"].str.split(":").list.first().value_counts().sort("shipment_id").rows()
    assert counted == [("air_waybill", 9), ("low_value", 970), ("truck", 21)]
    places = sample["shipment_id"].str.split(":").list.last().cast(pl.Int64)
    assert places.is_sorted()
    assert sample.equals(sample_rows(path, 1_000, ["figure"]))


@pytest.mark.parametrize("rows_n", [0, 1, 50, 130])
def test_a_sample_of_a_small_night_is_spread_over_its_pieces_whatever_their_size(tmp_path: Path, rows_n: int) -> None:
    rows = pl.DataFrame({"shipment_id": [f"entry:{place:03d}" for place in range(130)]}).with_columns(
        port_code=pl.lit("2704"), stream=pl.lit("low_value"), figure=pl.int_range(pl.len())
    )
    path = tmp_path / "part.parquet"
    rows.head(rows_n).write_parquet(path, row_group_size=122)
    assert sample_rows(path, 13, ["figure"]).height == min(rows_n, 13)
    assert (sample_rows(path, 13, ["figure"])["figure"] >= 122).sum() == (1 if rows_n == 130 else 0)


def test_log_odds_and_chances_undo_each_other() -> None:
    chance = np.array([0.001, 0.2, 0.999])
    assert chance_of(log_odds_of(chance)) == pytest.approx(chance)


def make_night(no_record: float, known_n: int, rows_n: int = 1_000) -> pl.DataFrame:
    """Return shares of findings: that of parties without a record is the night's own, the others are spread out."""
    known = np.linspace(0.2, 0.9, known_n)
    return pl.DataFrame({"share": np.concatenate([known, np.full(rows_n - known_n, no_record)])})


def test_a_figure_that_is_another_on_every_night_has_drifted_only_beyond_what_is_usual_of_it() -> None:
    nights = [make_night(0.09 + place / 1_000, 100) for place in range(7)]
    large = cut_nights([each.height for each in nights], 500)
    reference = describe(pl.concat(nights), ("share",), None, large)
    alike, other = make_night(0.0935, 100), make_night(0.0935, 900)
    assert measure_drift(reference, alike)["share"] > 1
    assert pick_drifted(reference, measure_drift(reference, alike), 0.25) == {}
    assert set(pick_drifted(reference, measure_drift(reference, other), 0.25)) == {"share"}


def test_small_nights_do_not_say_what_is_usual() -> None:
    assert cut_nights([400, 600, 500], 500) == [slice(400, 1000), slice(1000, 1500)]
    nights = [make_night(0.09 + place / 1_000, 100) for place in range(7)]
    assert describe(pl.concat(nights), ("share",)).spreads["share"].usual == 0.0


def test_training_keeps_how_far_its_own_nights_are_from_all_of_them(tmp_path: Path) -> None:
    drift = small_policy().model.drift.model_copy(update={"least_rows": 10})
    world = make_world(tmp_path)
    policy = replace(world.policy, model=world.policy.model.model_copy(update={"drift": drift}))
    model = train_model(world.lake, policy, AS_OF, world.models)
    spreads = read_reference(world.models / model.version).spreads
    assert all(each.usual > 0 for each in spreads.values() if each.edges)
