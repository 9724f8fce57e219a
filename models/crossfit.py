"""Fits the straight part and the trees, and judges each week by a fit that did not learn from it.

Belongs here: the rows a fit works on, folds by week, cross-fitted log-odds and shares, how the two parts are stacked.
Belongs elsewhere: each part (evidence.py, tree.py, family.py), the whole model (fit.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from models.dataset import Matrix
from models.evidence import Evidence, Straight, fit_straight, read_straight
from models.family import fit_families, split_chances
from models.logistic import fit_logistic
from models.recipe import Stack
from models.tree import Binned, Parameters, Rows, add_trees, fit_size, read_booster, reseed
from tidewaiter.policy import FAMILIES, Policy
from tidewaiter.targeting.contribution import FloatArray

WEEK = 7
# The straight part is believed as it stands, the trees by half, each give or take a third.
STACK_MEAN, STACK_PRECISION = (0.0, 1.0, 0.5), (0.1, 10.0, 10.0)


@dataclass(frozen=True)
class Task:
    """Examined shipments in the shape that fits work on.

    Args:
        y: 1 where any violation was found.
        truth: the same by family.
        teach: weights for learning, with a mean of one.
        stands_for: weights for calibration: shipments that each row stands for.
        groups: port group of each row.
        fold: each row's fold.
    """

    binned: Binned
    y: FloatArray
    truth: Mapping[str, FloatArray]
    teach: FloatArray
    stands_for: FloatArray
    groups: npt.NDArray[np.str_]
    fold: npt.NDArray[np.intp]
    evidence: Evidence
    parameters: Parameters
    policy: Policy

    @property
    def matrix(self) -> Matrix:
        return self.binned.matrix


@dataclass(frozen=True)
class Half:
    """The straight part, and the texts of the trees that start from it."""

    straight: Straight
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Crossed:
    """What each row scores by fits that did not see its week."""

    straight: FloatArray
    trees: FloatArray
    shares: Mapping[str, FloatArray]


def fold_by_week(days: pl.Series, folds: int) -> npt.NDArray[np.intp]:
    """Return a fold for each row: whole weeks where there are enough of them, else whole days, else rows in turn."""
    numbers = days.cast(pl.Int32).to_numpy().astype(np.intp)
    for unit in (WEEK, 1):
        parts = numbers // unit
        if len(np.unique(parts)) >= folds:
            return np.asarray(parts % folds, dtype=np.intp)
    return np.arange(len(numbers), dtype=np.intp) % folds


def fit_half(task: Task, rows: Rows, bags: int) -> Half:
    """Return the straight part and the trees that some rows teach; no trees where policy leaves them out."""
    matrix, y, teach = task.matrix[rows], task.y[rows], task.teach[rows]
    straight = fit_straight(matrix, y, teach, task.evidence)
    if not task.policy.model.parts.trees:
        return Half(straight, ())
    start = read_straight(straight, matrix, task.evidence)
    sized = fit_size(task.parameters, int(y.sum()), task.binned.features)
    texts = [task.binned.train(rows, y, reseed(sized, bag), weight=teach, start=start) for bag in range(bags)]
    return Half(straight, tuple(texts))


def cross_fit(task: Task) -> Crossed:
    """Return the cross-fitted log-odds of both parts and the cross-fitted shares of the families."""
    straight, trees = np.zeros(task.y.size), np.zeros(task.y.size)
    shares: dict[str, FloatArray] = {family: np.zeros(task.y.size) for family in FAMILIES}
    for fold in np.unique(task.fold).tolist():
        inside, outside = np.flatnonzero(task.fold == fold), np.flatnonzero(task.fold != fold)
        half = fit_half(task, outside, bags=1)
        straight[inside], trees[inside] = read_half(half, task.matrix[inside], task.evidence)
        violations = outside[task.y[outside] > 0]
        families = fit_families(task.binned, violations, task.truth, task.policy, task.parameters)
        found = split_chances(families.shares, families.boosters, task.matrix[inside], task.binned.features, 1)
        for family in FAMILIES:
            shares[family][inside] = found[family]
    return Crossed(straight, trees, shares)


def read_half(half: Half, matrix: Matrix, evidence: Evidence) -> tuple[FloatArray, FloatArray]:
    """Return the log-odds of the straight part and what the trees add."""
    boosters = [read_booster(text) for text in half.texts]
    return read_straight(half.straight, matrix, evidence), add_trees(boosters, matrix, threads=1)


def fit_stack(task: Task, crossed: Crossed) -> Stack:
    """Return the weights of both parts that foretell weeks that neither saw; few labels leave them near the prior."""
    columns = np.stack([np.ones(task.y.size), crossed.straight, crossed.trees], axis=1)
    has_trees = bool(np.any(crossed.trees))
    found = fit_logistic(columns, task.y, task.teach, mean=np.array(STACK_MEAN), precision=np.array(STACK_PRECISION))
    return Stack(
        intercept=float(found[0]), straight=float(found[1]), trees=max(float(found[2]), 0.0) if has_trees else 0.0
    )


def apply_stack(stack: Stack, straight: FloatArray, trees: FloatArray) -> FloatArray:
    """Return the log-odds of any violation before calibration."""
    return np.asarray(stack.intercept + stack.straight * straight + stack.trees * trees, dtype=np.float64)
