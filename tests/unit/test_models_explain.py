"""Contributions: they add up to the score, and what they name is what moves it.

Belongs here: what facts add, the family that leads.
Belongs elsewhere: their wording (test_reasons.py).
"""

import numpy as np
import polars as pl

from models.artifact import Model
from models.explain import explain_with_model
from models.logistic import log_odds_of
from models.score import score_with_model
from tests.unit.labelled_world import FEATURES, World, make_features

ROWS = make_features(60, 901)


def test_base_and_contributions_are_the_log_odds_of_the_score(world: World, model: Model) -> None:
    found = explain_with_model(model, ROWS, world.policy.costs)
    score = score_with_model(model, ROWS, world.policy.costs)["score"].to_numpy()
    assert np.allclose(found.base + found.added.sum(axis=1), log_odds_of(score), atol=1e-6, rtol=0)
    assert np.allclose(found.explained, log_odds_of(score), atol=1e-6, rtol=0)


def test_the_base_is_the_same_for_every_shipment_of_a_port_group(world: World, model: Model) -> None:
    assert not model.fitted.recipe.calibration.bend_from
    base = explain_with_model(model, ROWS, world.policy.costs).base
    groups = ROWS["port_code"].replace_strict(model.fitted.recipe.port_groups, default="exam")
    for group in groups.unique():
        assert np.ptp(base[(groups == group).to_numpy()]) < 1e-6


def test_a_row_is_explained_alike_alone_and_in_company(world: World, model: Model) -> None:
    whole = explain_with_model(model, ROWS, world.policy.costs)
    alone = explain_with_model(model, ROWS.slice(17, 1), world.policy.costs)
    assert alone.shipment_ids == [whole.shipment_ids[17]]
    assert np.allclose(alone.added[0], whole.added[17], atol=1e-12, rtol=0)


def test_changing_a_named_fact_changes_the_chance(world: World, model: Model) -> None:
    """Each row's two strongest facts are moved through the night's own figures; what moves nothing is no reason."""
    found = explain_with_model(model, ROWS, world.policy.costs)
    before = score_with_model(model, ROWS, world.policy.costs)["score"].to_numpy()
    strongest = np.argsort(-np.abs(found.added), axis=1, kind="stable")[:, :2]
    for row, places in enumerate(strongest.tolist()):
        for fact in (FEATURES[place] for place in places):
            figures = ROWS[fact].drop_nulls().unique().sort().to_list()
            moved = pl.concat([ROWS.slice(row, 1)] * len(figures)).with_columns(pl.Series(fact, figures))
            after = score_with_model(model, moved, world.policy.costs)["score"].to_numpy()
            assert np.abs(after - before[row]).max() > 1e-6, (row, fact)


def test_moving_a_planted_cause_moves_what_it_is_said_to_add(world: World, model: Model) -> None:
    rows = ROWS.with_columns(shipper_first_seen_days=pl.lit(0.0))
    settled = ROWS.with_columns(shipper_first_seen_days=pl.lit(9.0))
    at = FEATURES.index("shipper_first_seen_days")
    new, old = (explain_with_model(model, each, world.policy.costs).added[:, at] for each in (rows, settled))
    assert float(np.median(new - old)) > 0.5
    scores = [score_with_model(model, each, world.policy.costs)["score"] for each in (rows, settled)]
    assert float(np.mean((scores[0] > scores[1]).to_numpy())) > 0.9


def test_no_rows_have_no_contributions(world: World, model: Model) -> None:
    found = explain_with_model(model, ROWS.clear(), world.policy.costs)
    assert found.added.shape == (0, len(FEATURES))
    assert list(found.shipment_ids) == []


def test_the_starting_point_names_the_family_with_the_most_at_stake(world: World, model: Model) -> None:
    dear = world.policy.costs.model_copy(update={"family_usd": {**world.policy.costs.family_usd, "contraband": 1e6}})
    texts = explain_with_model(model, ROWS, dear).base_texts
    assert set(texts) == {"starting point: how common violations are; most is at stake in contraband"}
