"""Fits one multiclass booster; the same rows and policy give the same text, byte for byte.

Belongs here: LightGBM's parameters, and what a fitted booster needs to be used.
Belongs elsewhere: what rows there are (dataset.py), the night's use (score.py), files (artifact.py).
"""

import math
import re
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
import polars as pl

from models.dataset import Matrix, feature_matrix
from models.target import Target, choose_classes
from tidewaiter.errors import PolicyError, TooFewLabelsError
from tidewaiter.policy import Costs, Policy

TUNABLE = frozenset({
    "num_leaves", "max_depth", "learning_rate", "num_iterations", "min_data_in_leaf", "min_sum_hessian_in_leaf",
    "min_gain_to_split", "max_bin", "feature_fraction", "feature_fraction_bynode", "bagging_fraction", "bagging_freq",
    "lambda_l1", "lambda_l2", "path_smooth", "seed",
})  # fmt: skip
USUAL_ROUNDS = 100
# On fewer rows, threads wait for each other longer than they work, and far longer on a busy machine.
THREADING_ROWS = 20_000
# Trees do not depend on the number of threads (tests compare one with two); the text repeats it, and so would differ.
THREADS_LINE = re.compile(r"\[num_threads: -?\d+\]")


Parameters = dict[str, str | float | int | bool]


@dataclass(frozen=True)
class Fitted:
    """A booster and what gives its output meaning.

    Args:
        text: LightGBM's own model text, from which the booster is read.
        classes: in the order of the booster's output, no violation first.
        features: in the order of the booster's input.
        stand_ins: a figure for each feature in which learning saw no null, NaN for the others.
        revenue_loss_ratio: USD lost for each USD declared when a revenue violation is missed.
    """

    text: str
    booster: lgb.Booster
    classes: tuple[str, ...]
    features: tuple[str, ...]
    stand_ins: npt.NDArray[np.float32]
    revenue_loss_ratio: float


def fit_booster(examples: pl.DataFrame, features: tuple[str, ...], policy: Policy) -> Fitted:
    """Return the booster learned from every row.

    Raises:
        TooFewLabelsError: when all rows are of one class.
        PolicyError: when model.yml names a parameter that is not tunable.
    """
    target = choose_classes(examples, policy.costs, policy.model.min_family_positives)
    if len(set(target.y.tolist())) < 2:
        raise TooFewLabelsError(f"all {examples.height} examined shipments have the same result.")
    matrix = feature_matrix(examples.select(features), features)
    threads = policy.engine.threads if examples.height >= THREADING_ROWS else 1
    text = _train(matrix, target, features, choose_parameters(policy, len(target.classes)), threads)
    return Fitted(
        text=text,
        booster=lgb.Booster(model_str=text),
        classes=target.classes,
        features=features,
        stand_ins=find_stand_ins(matrix),
        revenue_loss_ratio=estimate_loss_ratio(examples, policy.costs),
    )


def choose_parameters(policy: Policy, classes_n: int) -> Parameters:
    """Return LightGBM's parameters: the policy's, and those that make a run repeatable."""
    unknown = sorted(set(policy.model.lightgbm) - TUNABLE)
    if unknown:
        raise PolicyError(
            policy.folder / "model.yml", f"lightgbm.{unknown[0]}", "no such setting",
            fix=f"name one of {', '.join(sorted(TUNABLE))}",
        )  # fmt: skip
    return {
        "num_iterations": USUAL_ROUNDS,
        **policy.model.lightgbm,
        "objective": "multiclass",
        "num_class": classes_n,
        "deterministic": True,
        "force_row_wise": True,
        "verbosity": -1,
    }


def find_stand_ins(matrix: Matrix) -> npt.NDArray[np.float32]:
    """Return the median of each column without a null, NaN for the rest.

    LightGBM reads a null as zero where learning saw none. A null that is new to the model counts as the middle of
    what it knows instead: it says neither that a parcel is free nor that its price is suspicious.
    """
    has_null = np.isnan(matrix).any(axis=0)
    stand_ins = np.full(matrix.shape[1], np.nan, dtype=np.float32)
    stand_ins[~has_null] = np.median(matrix[:, ~has_null], axis=0)
    return stand_ins


def estimate_loss_ratio(examples: pl.DataFrame, costs: Costs) -> float:
    """Return loss over declared value of revenue findings, drawn towards the policy's figure.

    Only findings with a stated loss and a declared value count; each weighs one against `revenue_prior_n`.
    """
    stated = priced_findings(examples)
    ratio = math.fsum(stated["loss_usd"]) / math.fsum(stated["value_usd"]) if stated.height else 0.0
    prior_n = costs.revenue_prior_n
    return (stated.height * ratio + prior_n * costs.revenue_loss_per_value) / (stated.height + prior_n)


def priced_findings(examples: pl.DataFrame) -> pl.DataFrame:
    """Return the revenue findings that state both what was lost and what was declared."""
    return examples.filter(pl.col("is_revenue"), pl.col("loss_usd") > 0, pl.col("value_usd") > 0)


def _train(matrix: Matrix, target: Target, features: tuple[str, ...], parameters: Parameters, threads: int) -> str:
    rounds = int(parameters["num_iterations"])
    settings = {name: value for name, value in parameters.items() if name != "num_iterations"} | {
        "num_threads": threads
    }
    rows = lgb.Dataset(matrix, label=target.y, feature_name=list(features), params=settings)
    text: str = lgb.train(settings, rows, num_boost_round=rounds).model_to_string()
    return THREADS_LINE.sub("[num_threads: 0]", text)
