"""Scores shipments with a fitted hybrid: chances by family, money at stake, one consequence figure, novelty.

Belongs here: from matrix to scored rows, vectorised and in slices.
Belongs elsewhere: why a row scores so (explain.py), who is examined (tidewaiter/targeting/selection.py).
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from models.artifact import Model
from models.crossfit import apply_stack
from models.dataset import Matrix, feature_matrix
from models.evidence import read_straight
from models.family import split_chances
from models.fit import fill_nulls, name_groups
from models.logistic import chance_of, log_odds_of
from models.loss import VALUE, WEIGHT, foresee_loss
from models.novelty import place_rows
from models.recipe import LOSS, NOVELTY, Fitted
from models.tree import add_trees
from tidewaiter.policy import FAMILIES, Costs
from tidewaiter.targeting.contribution import FloatArray

SLICE_ROWS = 250_000
ANY = "any"


@dataclass(frozen=True)
class Chances:
    """What the model says of each row: log-odds and chance of any violation, chances by family."""

    log_odds: FloatArray
    chance: FloatArray
    by_family: dict[str, FloatArray]


def score_with_model(model: Model, features: pl.DataFrame, costs: Costs, *, threads: int = 1) -> pl.DataFrame:
    """Return a row a shipment, in the order given: score, p_<family>, expected loss and consequence in USD, novelty.

    Args:
        features: shipment_id, port_code and the model's inputs.

    Raises:
        ModelMismatchError: when the features are not the model's.
    """
    return score_rows(model.fitted, features, costs, threads=threads)


def score_rows(fitted: Fitted, features: pl.DataFrame, costs: Costs, *, threads: int = 1) -> pl.DataFrame:
    """Return what `score_with_model` returns, for a hybrid that has no card yet."""
    slices = list(features.iter_slices(SLICE_ROWS)) or [features]
    return pl.concat([_score_slice(fitted, part, costs, threads) for part in slices])


def build_input(fitted: Fitted, features: pl.DataFrame) -> Matrix:
    """Return the hybrid's input, with stand-ins for nulls that are new to it."""
    return fill_nulls(feature_matrix(features, fitted.features), fitted.stand_ins)


def predict_chances(fitted: Fitted, features: pl.DataFrame, matrix: Matrix, threads: int = 1) -> Chances:
    """Return the calibrated chances; a family's is never above that of any violation."""
    recipe = fitted.recipe
    groups = name_groups(features["port_code"], recipe.port_groups, recipe.other_ports_group)
    log_odds = read_log_odds(fitted, features, matrix, threads)
    chance = chance_of(log_odds)
    shares = split_chances(recipe.shares, fitted.families, matrix, fitted.features, threads)
    by_family: dict[str, FloatArray] = {}
    for family in FAMILIES:
        own = recipe.family_calibration[family].apply(log_odds_of(chance * shares[family]), groups)
        by_family[family] = np.minimum(chance_of(own), chance)
    return Chances(log_odds, chance, by_family)


def read_log_odds(fitted: Fitted, features: pl.DataFrame, matrix: Matrix, threads: int = 1) -> FloatArray:
    """Return the calibrated log-odds of any violation."""
    recipe = fitted.recipe
    straight = read_straight(recipe.straight, matrix, fitted.evidence)
    trees = add_trees(fitted.trees, matrix, threads)
    groups = name_groups(features["port_code"], recipe.port_groups, recipe.other_ports_group)
    return recipe.calibration.apply(apply_stack(recipe.stack, straight, trees), groups)


def weigh_families(chances: Chances, loss: FloatArray, costs: Costs) -> dict[str, FloatArray]:
    """Return what missing each family's violation is expected to cost in each row, in USD."""
    figures = {str(family): usd for family, usd in costs.family_usd.items()}
    weighed = {family: chance * figures[family] for family, chance in chances.by_family.items() if family in figures}
    return {"revenue": chances.by_family["revenue"] * loss, **weighed}


def weigh_all(chances: Chances, loss: FloatArray, costs: Costs) -> dict[str, FloatArray]:
    """Return what `weigh_families` returns, and under `any` what a violation costs whatever its family."""
    return {ANY: chances.chance * costs.violation_usd, **weigh_families(chances, loss, costs)}


def foresee_losses(fitted: Fitted, matrix: Matrix, threads: int = 1) -> FloatArray:
    """Return what a revenue violation of each row would cost in USD."""
    value, weighs = (matrix[:, fitted.features.index(name)].astype(np.float64) for name in (VALUE, WEIGHT))
    return foresee_loss(fitted.recipe.loss, fitted.named(LOSS), matrix, value, weighs, threads)


def _score_slice(fitted: Fitted, features: pl.DataFrame, costs: Costs, threads: int) -> pl.DataFrame:
    if features.is_empty():
        nothing = np.zeros(0)
        return _shape(
            features, nothing, dict.fromkeys(FAMILIES, nothing), dict.fromkeys((ANY, *FAMILIES), nothing), nothing
        )
    matrix = build_input(fitted, features)
    chances = predict_chances(fitted, features, matrix, threads)
    cost = weigh_all(chances, foresee_losses(fitted, matrix, threads), costs)
    novelty = fitted.recipe.novelty
    places = place_rows(novelty, fitted.named(NOVELTY), matrix, threads) if novelty else np.full(len(matrix), np.nan)
    return _shape(features, chances.chance, chances.by_family, cost, places)


def _shape(
    features: pl.DataFrame,
    score: FloatArray,
    by_family: dict[str, FloatArray],
    cost: dict[str, FloatArray],
    novelty: FloatArray,
) -> pl.DataFrame:
    columns = {
        "score": score,
        **{f"p_{family}": by_family[family] for family in FAMILIES},
        "expected_loss_usd": cost["revenue"],
        "expected_consequence_usd": np.sum([cost[name] for name in (ANY, *FAMILIES)], axis=0),
        "novelty": novelty,
    }
    frame = pl.DataFrame({name: pl.Series(column, dtype=pl.Float64) for name, column in columns.items()})
    return features.select("shipment_id").hstack(frame.fill_nan(None))
