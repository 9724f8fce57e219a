"""What a missed revenue violation would cost: a ratio to the declared value, refined by trees once findings suffice.

Where no value is declared, as on a manifest, it is a figure a kilogram.

Belongs here: both ratios, their shrinkage, and the conditional loss of a row in USD.
Belongs elsewhere: the chance of a revenue violation (family.py), other families' weights (policy/costs.yml).
"""

import math
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np
import polars as pl
from pydantic import BaseModel, ConfigDict

from models.dataset import Matrix
from models.tree import Binned, Parameters, Rows, add_trees
from tidewaiter.policy import Costs
from tidewaiter.targeting.contribution import FloatArray

VALUE, WEIGHT = "value_usd", "gross_weight_kg"
# Priced findings before trees say more than the ratio, and by how many the trees are drawn back to it.
LEAST_PRICED_N, TREES_PRIOR_N = 60, 60
ROUNDS, LEAVES, LEAST_IN_LEAF = 40, 6, 10
# A finding never costs less in the trees' eyes than this, so that its logarithm exists.
LEAST_USD = 1.0


class Loss(BaseModel):
    """Loss given a revenue violation: by value, a kilogram without one, typical with neither; bound, trees."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ratio: float
    per_kg_usd: float
    typical_usd: float
    most_usd: float
    trees_weight: float
    priced_n: int


@dataclass(frozen=True)
class LossModel:
    """The figures, and the text of the trees where there are some."""

    loss: Loss
    text: str | None


def fit_loss(
    binned: Binned, examples: pl.DataFrame, costs: Costs, parameters: Parameters, *, has_trees: bool
) -> LossModel:
    """Return what the priced revenue findings say of losses, drawn towards the policy's ratios."""
    priced = examples.with_row_index("place").filter(
        pl.col("is_revenue"), pl.col("loss_usd") > 0, (pl.col(VALUE) > 0) | (pl.col(WEIGHT) > 0)
    )
    ratio, per_kg = estimate_loss_ratio(examples, costs), estimate_loss_per_kg(examples, costs)
    figures = priced["loss_usd"].to_numpy()
    typical = float(np.median(figures)) if priced.height else ratio * _middle_value(examples)
    rows: Rows = priced["place"].to_numpy().astype(np.intp)
    text, weight = None, 0.0
    if has_trees and priced.height >= LEAST_PRICED_N:
        value, weighs = (priced[name].cast(pl.Float64).fill_null(np.nan).to_numpy() for name in (VALUE, WEIGHT))
        start = np.log(np.maximum(_apply_ratios(value, weighs, ratio, per_kg, typical), LEAST_USD))
        text = binned.train(rows, np.maximum(figures, LEAST_USD), _shape(parameters), start=start)
        weight = priced.height / (priced.height + TREES_PRIOR_N)
    most = float(figures.max()) if priced.height else math.inf
    loss = Loss(
        ratio=ratio, per_kg_usd=per_kg, typical_usd=typical, most_usd=min(most, 1e9), trees_weight=weight,
        priced_n=priced.height,
    )  # fmt: skip
    return LossModel(loss, text)


def foresee_loss(
    loss: Loss, boosters: list[lgb.Booster], matrix: Matrix, value: FloatArray, weighs: FloatArray, threads: int
) -> FloatArray:
    """Return what a revenue violation of each row would cost in USD; the typical loss without value and weight.

    Args:
        value: declared value in USD, NaN where there is none.
        weighs: gross weight in kg, alike.
    """
    plain = _apply_ratios(value, weighs, loss.ratio, loss.per_kg_usd, loss.typical_usd)
    if not boosters:
        return np.asarray(plain, dtype=np.float64)
    started = np.log(np.maximum(plain, LEAST_USD))
    refined = np.exp(started + loss.trees_weight * add_trees(boosters, matrix, threads))
    return np.asarray(np.minimum(refined, np.maximum(plain, loss.most_usd)), dtype=np.float64)


def _apply_ratios(value: FloatArray, weighs: FloatArray, ratio: float, per_kg: float, typical: float) -> FloatArray:
    """Return the plain loss of each row: by value where one is declared, else by weight, else the typical one."""
    by_weight = np.where(np.nan_to_num(weighs) > 0, per_kg * np.nan_to_num(weighs), typical)
    return np.asarray(np.where(np.isfinite(value), ratio * np.nan_to_num(value), by_weight), dtype=np.float64)


def estimate_loss_ratio(examples: pl.DataFrame, costs: Costs) -> float:
    """Return loss over declared value of revenue findings, drawn towards the policy's figure.

    Only findings with a stated loss and a declared value count; each weighs one against `revenue_prior_n`.
    """
    stated = priced_findings(examples)
    ratio = math.fsum(stated["loss_usd"]) / math.fsum(stated[VALUE]) if stated.height else 0.0
    prior_n = costs.revenue_prior_n
    return (stated.height * ratio + prior_n * costs.revenue_loss_per_value) / (stated.height + prior_n)


def estimate_loss_per_kg(examples: pl.DataFrame, costs: Costs) -> float:
    """Return loss a kilogram of revenue findings without a declared value, drawn to the policy's figure alike."""
    stated = examples.filter(
        pl.col("is_revenue"), pl.col("loss_usd") > 0, pl.col(WEIGHT) > 0, pl.col(VALUE).fill_nan(None).is_null()
    )
    found = math.fsum(stated["loss_usd"]) / math.fsum(stated[WEIGHT]) if stated.height else 0.0
    prior_n = costs.revenue_prior_n
    return (stated.height * found + prior_n * costs.revenue_loss_per_kg) / (stated.height + prior_n)


def priced_findings(examples: pl.DataFrame) -> pl.DataFrame:
    """Return the revenue findings that state both what was lost and what was declared."""
    return examples.filter(pl.col("is_revenue"), pl.col("loss_usd") > 0, pl.col(VALUE) > 0)


def _middle_value(examples: pl.DataFrame) -> float:
    middle = examples[VALUE].median()
    return float(middle) if isinstance(middle, float) else 0.0


def _shape(parameters: Parameters) -> Parameters:
    """Return parameters for losses: their mean on a logarithmic scale, by small trees."""
    return {
        **parameters,
        "objective": "poisson",
        "num_iterations": ROUNDS,
        "num_leaves": LEAVES,
        "min_data_in_leaf": LEAST_IN_LEAF,
    }
