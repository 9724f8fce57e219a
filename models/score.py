"""Scores shipments with a fitted booster: chances by family, money at stake, one consequence figure.

Belongs here: from matrix to scored rows, vectorised and in slices.
Belongs elsewhere: why a row scores so (explain.py), who is examined (tidewaiter/targeting/selection.py).
"""

import numpy as np
import polars as pl

from models.artifact import Model
from models.dataset import Matrix, feature_matrix
from models.fit import Fitted
from models.target import OTHER
from tidewaiter.policy import FAMILIES, Costs
from tidewaiter.targeting.contribution import FloatArray

SLICE_ROWS = 250_000


def score_with_model(model: Model, features: pl.DataFrame, costs: Costs, *, threads: int = 1) -> pl.DataFrame:
    """Return a row a shipment, in the order given: score, p_<family>, expected_loss_usd, expected_consequence_usd.

    A family without a class has null chances; without a declared value the expected loss is null.

    Raises:
        ModelMismatchError: when the features are not the model's.
    """
    return score_rows(model.fitted, features, costs, threads=threads)


def score_rows(fitted: Fitted, features: pl.DataFrame, costs: Costs, *, threads: int = 1) -> pl.DataFrame:
    """Return what `score_with_model` returns, for a booster that has no card yet."""
    if features.is_empty():
        return _shape_scores(fitted, features, np.zeros((0, len(fitted.classes))), costs)
    parts = [
        _shape_scores(fitted, part, predict_chances(fitted, part, threads), costs)
        for part in features.iter_slices(SLICE_ROWS)
    ]
    return pl.concat(parts)


def predict_chances(fitted: Fitted, features: pl.DataFrame, threads: int = 1) -> FloatArray:
    """Return rows x classes, each row summing to one."""
    chances = fitted.booster.predict(build_input(fitted, features), num_threads=threads)
    return np.asarray(chances, dtype=np.float64).reshape(features.height, len(fitted.classes))


def build_input(fitted: Fitted, features: pl.DataFrame) -> Matrix:
    """Return the booster's input, with stand-ins for nulls that are new to it."""
    matrix = feature_matrix(features, fitted.features)
    return np.where(np.isnan(matrix), fitted.stand_ins, matrix)


def weigh_classes(fitted: Fitted, features: pl.DataFrame, chances: FloatArray, costs: Costs) -> FloatArray:
    """Return rows x violation classes in USD; NaN for revenue where no value is declared."""
    weights = [_weigh_class(name, fitted, features, costs) for name in fitted.classes[1:]]
    return chances[:, 1:] * np.stack(weights, axis=1)


def _weigh_class(name: str, fitted: Fitted, features: pl.DataFrame, costs: Costs) -> FloatArray:
    """Return what a miss costs in each row: its value times the loss ratio, or the policy's figure."""
    if name == "revenue":
        return features["value_usd"].cast(pl.Float64).to_numpy() * fitted.revenue_loss_ratio
    figures = {OTHER: costs.record_rule_usd, **{str(family): usd for family, usd in costs.family_usd.items()}}
    return np.full(features.height, figures[name])


def _shape_scores(fitted: Fitted, features: pl.DataFrame, chances: FloatArray, costs: Costs) -> pl.DataFrame:
    consequence = weigh_classes(fitted, features, chances, costs)
    places = {name: place for place, name in enumerate(fitted.classes)}
    nothing = np.full(features.height, np.nan)
    by_family = {name: chances[:, places[name]] if name in places else nothing for name in FAMILIES}
    loss = consequence[:, places["revenue"] - 1] if "revenue" in places else nothing
    columns = {
        "score": np.clip(1.0 - chances[:, 0], 0.0, 1.0),
        **{f"p_{name}": chance for name, chance in by_family.items()},
        "expected_loss_usd": loss,
        "expected_consequence_usd": np.nansum(consequence, axis=1),
    }
    frame = pl.DataFrame({name: pl.Series(column, dtype=pl.Float64) for name, column in columns.items()})
    return features.select("shipment_id").hstack(frame.fill_nan(None))
