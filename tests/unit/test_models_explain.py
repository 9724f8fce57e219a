"""Contributions: they add up, they speak of the leading class, and what they name is what moves the score.

Belongs here: TreeSHAP differences.
Belongs elsewhere: their wording (test_reasons.py).
"""

import numpy as np
import polars as pl
import pytest

from models.artifact import Model
from models.explain import explain_with_model, find_leading_class
from models.score import predict_chances, score_with_model
from models.train import train_model
from tests.unit.labelled_world import AS_OF, FEATURES, World, make_features, make_world

ROWS = make_features(60, 901)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def model(world: World) -> Model:
    return train_model(world.lake, world.policy, AS_OF, world.models)


def test_base_and_contributions_are_the_log_odds_of_the_leading_class(world: World, model: Model) -> None:
    found = explain_with_model(model, ROWS, world.policy.costs)
    chances = predict_chances(model.fitted, ROWS)
    leading = find_leading_class(model.fitted, ROWS, world.policy.costs)
    log_odds = np.log(chances[np.arange(60), leading] / chances[:, 0])
    assert np.allclose(found.base + found.added.sum(axis=1), log_odds, atol=1e-6, rtol=0)
    assert np.allclose(found.explained, log_odds, atol=1e-6, rtol=0)


def test_the_leading_class_has_the_largest_expected_consequence(world: World, model: Model) -> None:
    scored = score_with_model(model, ROWS, world.policy.costs)
    usd = world.policy.costs.family_usd
    by_hand = scored.select(
        revenue=pl.col("expected_loss_usd").fill_null(0.0),
        contraband=pl.col("p_contraband") * usd["contraband"],
        product=pl.col("p_product") * usd["product"],
    )
    leading = [model.fitted.classes[place] for place in find_leading_class(model.fitted, ROWS, world.policy.costs)]
    for name, row in zip(leading, by_hand.iter_rows(named=True), strict=True):
        assert name == "other" or row[name] == max(row.values())


def test_without_a_value_at_stake_the_likelier_class_leads(world: World, model: Model) -> None:
    free = world.policy.costs.model_copy(
        update={"family_usd": dict.fromkeys(world.policy.costs.family_usd, 0.0), "record_rule_usd": 0.0}
    )
    rows = ROWS.with_columns(value_usd=pl.lit(0.0))
    likeliest = predict_chances(model.fitted, rows)[:, 1:].argmax(axis=1) + 1
    assert find_leading_class(model.fitted, rows, free).tolist() == likeliest.tolist()


def test_a_row_is_explained_alike_alone_and_in_company(world: World, model: Model) -> None:
    whole = explain_with_model(model, ROWS, world.policy.costs)
    alone = explain_with_model(model, ROWS.slice(17, 1), world.policy.costs)
    assert alone.shipment_ids == [whole.shipment_ids[17]]
    assert np.array_equal(alone.added[0], whole.added[17])


def test_changing_a_named_fact_changes_the_chance(world: World, model: Model) -> None:
    """Each row's two strongest facts are moved through the night's own figures; what moves nothing is no reason."""
    found = explain_with_model(model, ROWS, world.policy.costs)
    before = predict_chances(model.fitted, ROWS)
    strongest = np.argsort(-np.abs(found.added), axis=1, kind="stable")[:, :2]
    for row, places in enumerate(strongest.tolist()):
        for fact in (FEATURES[place] for place in places):
            figures = ROWS[fact].drop_nulls().unique().sort().to_list()
            moved = pl.concat([ROWS.slice(row, 1)] * len(figures)).with_columns(pl.Series(fact, figures))
            assert np.abs(predict_chances(model.fitted, moved) - before[row]).max() > 1e-6, (row, fact)


def test_moving_a_planted_cause_moves_what_it_is_said_to_add(world: World, model: Model) -> None:
    rows = ROWS.with_columns(shipper_first_seen_days=pl.lit(0.0))
    settled = ROWS.with_columns(shipper_first_seen_days=pl.lit(9.0))
    at = FEATURES.index("shipper_first_seen_days")
    new, old = (explain_with_model(model, each, world.policy.costs).added[:, at] for each in (rows, settled))
    assert new.min() > 0
    assert float(np.median(new - old)) > 1
    scores = [score_with_model(model, each, world.policy.costs)["p_contraband"] for each in (rows, settled)]
    assert (scores[0] > scores[1]).all()


def test_no_rows_have_no_contributions(world: World, model: Model) -> None:
    found = explain_with_model(model, ROWS.clear(), world.policy.costs)
    assert found.added.shape == (0, len(FEATURES))
    assert list(found.shipment_ids) == []


def test_the_starting_point_names_the_family(world: World, model: Model) -> None:
    rows = ROWS.with_columns(shipper_first_seen_days=pl.lit(0.0))
    texts = explain_with_model(model, rows, world.policy.costs).base_texts
    assert set(texts) == {"starting point: how common contraband is among examined shipments"}
