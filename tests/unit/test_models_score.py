"""Scores: chances that fit together, money where it is at stake, a place among what is usual.

Belongs here: the scored frame.
Belongs elsewhere: explanations (test_models_explain.py), the record rule (test_record_rule.py).
"""

import numpy as np
import polars as pl
import pytest

import models.score
from models.artifact import Model
from models.score import build_input, foresee_losses, score_with_model
from tests.unit.labelled_world import FEATURES, World, make_features
from tidewaiter.errors import ModelMismatchError
from tidewaiter.policy import FAMILIES

ROWS = make_features(300, 900).with_columns(
    value_usd=pl.when(pl.int_range(pl.len()) % 5 == 0).then(None).otherwise(pl.col("value_usd"))
)


@pytest.fixture(scope="module")
def scored(world: World, model: Model) -> pl.DataFrame:
    return score_with_model(model, ROWS, world.policy.costs)


def mean(frame: pl.DataFrame, column: str) -> float:
    return float(frame[column].to_numpy().mean())


def test_rows_stay_in_their_order(scored: pl.DataFrame) -> None:
    assert scored["shipment_id"].equals(ROWS["shipment_id"])


def test_every_family_has_a_chance_and_none_is_above_that_of_any(scored: pl.DataFrame) -> None:
    for family in FAMILIES:
        assert scored[f"p_{family}"].null_count() == 0
        assert (scored[f"p_{family}"] <= scored["score"]).all()
        assert scored[f"p_{family}"].to_numpy().min() > 0


def test_a_family_with_few_findings_borrows_and_says_so(model: Model, scored: pl.DataFrame) -> None:
    standing = {each.family: each for each in model.card.families}
    assert standing["forced_labor"].stands_on == "shares by tariff chapter"
    assert standing["contraband"].stands_on == "own findings"
    assert scored["p_forced_labor"].n_unique() > 100
    assert mean(scored, "p_forced_labor") < mean(scored, "p_product")


def test_planted_causes_raise_their_own_family(scored: pl.DataFrame) -> None:
    rows = ROWS.select("hts_chapter", "price_log_ratio").hstack(scored)
    fakes, others = rows.filter(pl.col("hts_chapter") == 64), rows.filter(pl.col("hts_chapter") != 64)
    assert mean(fakes, "p_product") > 5 * mean(others, "p_product")
    cheap = rows.filter(pl.col("price_log_ratio") < -1.2)
    assert mean(cheap, "p_revenue") > 5 * mean(rows.filter(pl.col("price_log_ratio") > -0.8), "p_revenue")


def test_the_expected_loss_is_chance_times_loss_and_known_without_a_value(model: Model, scored: pl.DataFrame) -> None:
    losses = foresee_losses(model.fitted, build_input(model.fitted, ROWS))
    assert np.allclose(scored["expected_loss_usd"].to_numpy(), scored["p_revenue"].to_numpy() * losses)
    loss, weighs = model.fitted.recipe.loss, ROWS["gross_weight_kg"].to_numpy()[::5]
    by_weight = np.where(weighs > 0, loss.per_kg_usd * weighs, loss.typical_usd)
    assert np.allclose(losses[::5], by_weight, rtol=1e-4) or loss.trees_weight
    assert scored["expected_loss_usd"].null_count() == 0


def test_the_consequence_weighs_every_family(world: World, scored: pl.DataFrame) -> None:
    costs = world.policy.costs.family_usd
    by_hand = (
        scored["expected_loss_usd"]
        + scored["score"] * world.policy.costs.violation_usd
        + scored["p_contraband"] * costs["contraband"]
        + scored["p_product"] * costs["product"]
        + scored["p_forced_labor"] * costs["forced_labor"]
    )
    assert np.allclose(scored["expected_consequence_usd"].to_numpy(), by_hand.to_numpy())


def test_what_never_went_together_is_novel(world: World, model: Model) -> None:
    usual = make_features(200, 7)
    strange = usual.with_columns(pl.lit(1e4).alias(name) for name in ("value_usd", "lead_time_hours", "pieces_n"))
    novelty = [score_with_model(model, rows, world.policy.costs)["novelty"].to_numpy() for rows in (usual, strange)]
    assert abs(float(np.mean(novelty[0])) - 0.5) < 0.2
    assert float(np.median(novelty[1])) > 0.95


def test_records_of_exams_do_not_make_a_shipment_novel(world: World, model: Model, scored: pl.DataFrame) -> None:
    known = ROWS.with_columns(shipper_finding_share=pl.lit(0.9), shipper_exams_n=pl.lit(400.0))
    assert score_with_model(model, known, world.policy.costs)["novelty"].equals(scored["novelty"])


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


def test_a_null_that_is_new_to_the_model_counts_as_the_middle_and_not_as_zero(world: World, model: Model) -> None:
    rows = ROWS.head(50).with_columns(shipper_first_seen_days=pl.lit(None, pl.Float64))
    at = FEATURES.index("shipper_first_seen_days")
    middle = float(model.fitted.stand_ins[at])
    assert middle > 0
    assert set(build_input(model.fitted, rows)[:, at].tolist()) == {middle}
    as_zero = rows.with_columns(shipper_first_seen_days=pl.lit(0.0))
    scores = [score_with_model(model, each, world.policy.costs)["score"].to_numpy() for each in (rows, as_zero)]
    assert not np.allclose(scores[0], scores[1])


def test_a_null_that_the_model_knows_stays_a_null(model: Model) -> None:
    at = FEATURES.index("price_log_ratio")
    matrix = build_input(model.fitted, ROWS)
    assert np.isnan(matrix[:, at]).sum() == ROWS["price_log_ratio"].null_count() > 0
