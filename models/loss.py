"""What a missed revenue violation would cost: a ratio to the declared value, refined by trees once findings suffice.

Belongs here: the ratio, its shrinkage, and the conditional loss of a row in USD.
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

VALUE = "value_usd"
# Priced findings before trees say more than the ratio, and by how many the trees are drawn back to it.
LEAST_PRICED_N, TREES_PRIOR_N = 60, 60
ROUNDS, LEAVES, LEAST_IN_LEAF = 40, 6, 10
# A finding never costs less in the trees' eyes than this, so that its logarithm exists.
LEAST_USD = 1.0


class Loss(BaseModel):
    """Loss given a revenue violation: ratio to value, typical loss without a value, a bound, the trees' weight."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ratio: float
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
    """Return what the priced revenue findings say of losses, drawn towards the policy's ratio."""
    priced = examples.with_row_index("place").filter(pl.col("is_revenue"), pl.col("loss_usd") > 0, pl.col(VALUE) > 0)
    ratio = estimate_loss_ratio(examples, costs)
    figures = priced["loss_usd"].to_numpy()
    typical = float(np.median(figures)) if priced.height else ratio * _middle_value(examples)
    rows: Rows = priced["place"].to_numpy().astype(np.intp)
    text, weight = None, 0.0
    if has_trees and priced.height >= LEAST_PRICED_N:
        start = np.log(np.maximum(ratio * priced[VALUE].to_numpy(), LEAST_USD))
        text = binned.train(rows, np.maximum(figures, LEAST_USD), _shape(parameters), start=start)
        weight = priced.height / (priced.height + TREES_PRIOR_N)
    most = float(figures.max()) if priced.height else math.inf
    loss = Loss(ratio=ratio, typical_usd=typical, most_usd=min(most, 1e9), trees_weight=weight, priced_n=priced.height)
    return LossModel(loss, text)


def foresee_loss(
    loss: Loss, boosters: list[lgb.Booster], matrix: Matrix, value: FloatArray, threads: int
) -> FloatArray:
    """Return what a revenue violation of each row would cost in USD; the typical loss where no value is declared.

    Args:
        value: declared value in USD, NaN where there is none.
    """
    known = np.isfinite(value)
    plain = np.where(known, loss.ratio * np.where(known, value, 0.0), loss.typical_usd)
    if not boosters:
        return np.asarray(plain, dtype=np.float64)
    started = np.log(np.maximum(plain, LEAST_USD))
    refined = np.exp(started + loss.trees_weight * add_trees(boosters, matrix, threads))
    return np.asarray(np.minimum(refined, np.maximum(plain, loss.most_usd)), dtype=np.float64)


def estimate_loss_ratio(examples: pl.DataFrame, costs: Costs) -> float:
    """Return loss over declared value of revenue findings, drawn towards the policy's figure.

    Only findings with a stated loss and a declared value count; each weighs one against `revenue_prior_n`.
    """
    stated = priced_findings(examples)
    ratio = math.fsum(stated["loss_usd"]) / math.fsum(stated[VALUE]) if stated.height else 0.0
    prior_n = costs.revenue_prior_n
    return (stated.height * ratio + prior_n * costs.revenue_loss_per_value) / (stated.height + prior_n)


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
