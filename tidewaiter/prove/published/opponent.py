"""The baselines of the release: boosted trees and logistic regression, with the authors' settings and with better ones.

XGBoost-like stands for XGBoost with the authors' settings, fitted by LightGBM: full trees of depth 4, with the step,
the limit on weights and the penalty that XGBoost starts from. The two libraries look for splits slightly differently.

Belongs here: settings, fitting, scores of the test part.
Belongs elsewhere: the numbers they learn from (coding.py), how they are measured (ranking.py).
"""

from collections.abc import Callable
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np
import numpy.typing as npt

from models.measure import Truth
from models.tree import Parameters
from tidewaiter.prove.published.paper import LIGHTGBM, LOGISTIC, XGBOOST
from tidewaiter.targeting.contribution import FloatArray

Rows = npt.NDArray[np.intp]
ROUNDS = 100
REPEATABLE: Parameters = {
    "objective": "binary", "deterministic": True, "force_row_wise": True, "num_threads": 1, "verbosity": -1,
}  # fmt: skip
# XGBoost has no limit on the rows of a leaf, only on their weight.
DEPTH_WISE: Parameters = {
    "max_depth": 4, "num_leaves": 16, "learning_rate": 0.3, "min_data_in_leaf": 1, "min_sum_hessian_in_leaf": 1.0,
    "lambda_l2": 1.0, "max_bin": 256, "min_data_in_bin": 1,
}  # fmt: skip
CHOSEN: Parameters = {"num_leaves": 255, "learning_rate": 0.1, "min_data_in_leaf": 5, "metric": "auc"}
MOST_ROUNDS, PATIENCE = 500, 30
RIDGE, STEPS, CLOSE = 1.0, 50, 1e-8


@dataclass(frozen=True)
class Task:
    """What a baseline learns from and is asked.

    Args:
        codes: all rows of the release as the authors number them.
        spread: all rows with one column a category.
        truth: the label of all rows.
        train, valid, test: which of the rows each part has.
    """

    codes: FloatArray
    spread: FloatArray
    truth: Truth
    train: Rows
    valid: Rows
    test: Rows


Opponent = Callable[[Task, int], FloatArray]


def _boost(parameters: Parameters) -> Opponent:
    def score(task: Task, seed: int) -> FloatArray:
        rows = lgb.Dataset(task.codes[task.train], label=task.truth[task.train].astype(np.float64))
        return _predict(lgb.train({**REPEATABLE, **parameters, "seed": seed}, rows, num_boost_round=ROUNDS), task)

    return score


def _boost_chosen(task: Task, seed: int) -> FloatArray:
    """Score with as many rounds as serve the validation part best."""
    rows = lgb.Dataset(task.codes[task.train], label=task.truth[task.train].astype(np.float64))
    valid = rows.create_valid(task.codes[task.valid], label=task.truth[task.valid].astype(np.float64))
    booster = lgb.train(
        {**REPEATABLE, **CHOSEN, "seed": seed},
        rows,
        num_boost_round=MOST_ROUNDS,
        valid_sets=[valid],
        callbacks=[lgb.early_stopping(PATIENCE, verbose=False)],
    )
    return _predict(booster, task)


def _predict(booster: lgb.Booster, task: Task) -> FloatArray:
    return np.asarray(booster.predict(task.codes[task.test]), dtype=np.float64)


def _regress_codes(task: Task, seed: int) -> FloatArray:  # noqa: ARG001
    return _regress(task, task.codes)


def _regress_spread(task: Task, seed: int) -> FloatArray:  # noqa: ARG001
    return _regress(task, task.spread)


def _regress(task: Task, table: FloatArray) -> FloatArray:
    """Return the log odds of the test part by logistic regression on columns of mean 0 and deviation 1."""
    known = table[task.train]
    deviation = known.std(axis=0)
    scaled = (table - known.mean(axis=0)) / np.where(deviation > 0, deviation, 1.0)
    design = np.column_stack([np.ones(len(scaled)), scaled])
    return np.asarray(design[task.test] @ fit_logistic(design[task.train], task.truth[task.train]))


def fit_logistic(design: FloatArray, truth: Truth) -> FloatArray:
    """Return the weights that make the ridge-penalised log loss least, by Newton's steps; the first is not penalised.

    Raises:
        ArithmeticError: the steps do not settle.
    """
    penalty = np.full(design.shape[1], RIDGE)
    penalty[0] = 0.0
    weights = np.zeros(design.shape[1])
    for _ in range(STEPS):
        chance = 1.0 / (1.0 + np.exp(-np.clip(design @ weights, -500.0, 500.0)))
        slope = design.T @ (chance - truth) + penalty * weights
        curve = (design * (chance * (1.0 - chance))[:, None]).T @ design + np.diag(penalty)
        step = np.linalg.solve(curve, slope)
        weights = weights - step
        if float(np.abs(step).max()) < CLOSE:
            return weights
    raise ArithmeticError(f"the steps of the logistic regression do not settle within {STEPS}")


OPPONENTS: tuple[tuple[str, Opponent], ...] = (
    (LIGHTGBM, _boost({})),
    ("LightGBM, rounds chosen on valid", _boost_chosen),
    (XGBOOST, _boost(DEPTH_WISE)),
    (LOGISTIC, _regress_codes),
    ("logistic, a column a category", _regress_spread),
)
