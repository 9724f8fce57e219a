"""Scores: chances that fit together, money where there is a value, nothing where nothing stands behind it.

Belongs here: the scored frame.
Belongs elsewhere: explanations (test_models_explain.py), the record rule (test_record_rule.py).
"""

import numpy as np
import polars as pl
import pytest

import models.score
from models.artifact import Model
from models.dataset import read_examples
from models.fit import Fitted, fit_booster
from models.score import build_input, predict_chances, score_rows, score_with_model
from models.train import train_model
from tests.unit.labelled_world import AS_OF, FEATURES, World, make_features, make_world, small_policy
from tidewaiter.errors import ModelMismatchError

ROWS = make_features(300, 900).with_columns(
    value_usd=pl.when(pl.int_range(pl.len()) % 5 == 0).then(None).otherwise(pl.col("value_usd"))
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def model(world: World) -> Model:
    return train_model(world.lake, world.policy, AS_OF, world.models)


@pytest.fixture(scope="module")
def scored(world: World, model: Model) -> pl.DataFrame:
    return score_with_model(model, ROWS, world.policy.costs)


def test_rows_stay_in_their_order(scored: pl.DataFrame) -> None:
    assert scored["shipment_id"].equals(ROWS["shipment_id"])


def test_the_score_is_the_chance_of_any_class_but_the_first(model: Model, scored: pl.DataFrame) -> None:
    chances = predict_chances(model.fitted, ROWS)
    assert np.allclose(chances.sum(axis=1), 1.0)
    assert np.allclose(scored["score"].to_numpy(), chances[:, 1:].sum(axis=1))
    assert model.fitted.classes[-1] == "other"
    named = scored.select(pl.sum_horizontal("p_revenue", "p_contraband", "p_product")).to_series()
    assert (named.to_numpy() < scored["score"].to_numpy()).all()


def test_a_family_without_a_class_is_null_and_not_zero(model: Model, scored: pl.DataFrame) -> None:
    assert "forced_labor" not in model.fitted.classes
    assert scored["p_forced_labor"].null_count() == scored.height


def test_the_expected_loss_is_chance_times_value_times_ratio(model: Model, scored: pl.DataFrame) -> None:
    expected = scored["p_revenue"] * ROWS["value_usd"] * model.card.revenue_loss_ratio
    assert np.allclose(scored["expected_loss_usd"].to_numpy(), expected.to_numpy(), equal_nan=True)
    assert scored["expected_loss_usd"].null_count() == 60


def test_the_consequence_weighs_every_class_and_counts_an_unknown_loss_as_nothing(
    world: World, model: Model, scored: pl.DataFrame
) -> None:
    costs, chances = world.policy.costs, predict_chances(model.fitted, ROWS)
    by_hand = (
        scored["expected_loss_usd"].fill_null(0.0).to_numpy()
        + scored["p_contraband"].to_numpy() * costs.family_usd["contraband"]
        + scored["p_product"].to_numpy() * costs.family_usd["product"]
        + chances[:, model.fitted.classes.index("other")] * costs.record_rule_usd
    )
    assert np.allclose(scored["expected_consequence_usd"].to_numpy(), by_hand)


def test_slices_give_what_the_whole_gives(
    world: World, model: Model, scored: pl.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models.score, "SLICE_ROWS", 7)
    assert score_with_model(model, ROWS, world.policy.costs, threads=1).equals(scored)


def test_no_rows_give_an_empty_frame_of_the_same_shape(world: World, model: Model, scored: pl.DataFrame) -> None:
    empty = score_with_model(model, ROWS.clear(), world.policy.costs)
    assert empty.is_empty()
    assert empty.schema == scored.schema


def test_features_of_another_model_are_refused(world: World, model: Model) -> None:
    with pytest.raises(ModelMismatchError, match="missing lines_n"):
        score_with_model(model, ROWS.drop("lines_n"), world.policy.costs)


@pytest.fixture(scope="module")
def one_kind(world: World) -> Fitted:
    """A booster whose families are all too rare for a class."""
    examples = read_examples(world.lake, AS_OF, 365, FEATURES).frame
    return fit_booster(examples, FEATURES, small_policy(min_family_positives=10_000))


def test_without_family_classes_only_the_score_speaks(world: World, one_kind: Fitted) -> None:
    scored = score_rows(one_kind, ROWS, world.policy.costs)
    assert one_kind.classes == ("none", "other")
    assert scored.select("p_revenue", "expected_loss_usd").null_count().row(0) == (300, 300)
    weighed = scored["score"] * world.policy.costs.record_rule_usd
    assert np.allclose(scored["expected_consequence_usd"].to_numpy(), weighed.to_numpy())


def test_a_null_that_is_new_to_the_model_counts_as_the_middle_and_not_as_zero(model: Model) -> None:
    rows = ROWS.head(50).with_columns(shipper_first_seen_days=pl.lit(None, pl.Float64))
    at = FEATURES.index("shipper_first_seen_days")
    middle = float(model.fitted.stand_ins[at])
    assert middle > 0
    assert set(build_input(model.fitted, rows)[:, at].tolist()) == {middle}
    as_zero = rows.with_columns(shipper_first_seen_days=pl.lit(0.0))
    assert not np.allclose(predict_chances(model.fitted, rows), predict_chances(model.fitted, as_zero))


def test_a_null_that_the_model_knows_stays_a_null(model: Model) -> None:
    at = FEATURES.index("price_log_ratio")
    matrix = build_input(model.fitted, ROWS)
    assert np.isnan(matrix[:, at]).sum() == ROWS["price_log_ratio"].null_count() > 0
