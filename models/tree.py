"""Boosted trees over what the straight part leaves open; the same rows and policy give the same text, byte for byte.

Belongs here: LightGBM's parameters, training, the mean of several boosters.
Belongs elsewhere: what they start from (evidence.py), what they are for (fit.py, family.py, loss.py, novelty.py).
"""

import re
from collections.abc import Sequence

import lightgbm as lgb
import numpy as np
import numpy.typing as npt

from models.dataset import Matrix
from models.part import is_record
from tidewaiter.errors import PolicyError
from tidewaiter.policy import Policy
from tidewaiter.targeting.contribution import FloatArray

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
# A leaf speaks for at least so many findings: with few of them trees stay small.
FINDINGS_A_LEAF = 4
LEAST_LEAVES = 4

Parameters = dict[str, str | float | int | bool]
Rows = npt.NDArray[np.intp]


class Binned:
    """The input matrix, sorted into LightGBM's bins once for every booster that learns from some of its rows."""

    def __init__(self, matrix: Matrix, features: Sequence[str], parameters: Parameters, threads: int) -> None:
        self.matrix, self.features, self.threads = matrix, tuple(features), threads
        self._binning = {**parameters, "num_threads": threads}
        self._data = lgb.Dataset(
            matrix, label=np.zeros(len(matrix)), feature_name=list(features), params=self._binning, free_raw_data=False
        ).construct()

    def train(
        self,
        rows: Rows,
        y: FloatArray,
        parameters: Parameters,
        *,
        weight: FloatArray | None = None,
        start: FloatArray | None = None,
    ) -> str:
        """Return the text of a booster learned from some rows, in ascending order.

        Args:
            y: the target of those rows.
            start: what each of them scores before the first tree; predictions leave it out.
        """
        settings = {name: value for name, value in parameters.items() if name != "num_iterations"}
        settings |= {"num_threads": self.threads if rows.size >= THREADING_ROWS else 1}
        part = self._data.subset(rows.tolist(), params=self._binning).construct()
        part.set_label(y)
        part.set_weight(weight)
        part.set_init_score(start)
        booster = lgb.train(settings, part, num_boost_round=int(parameters["num_iterations"]))
        return THREADS_LINE.sub("[num_threads: 0]", booster.model_to_string())


def choose_parameters(policy: Policy) -> Parameters:
    """Return LightGBM's parameters: the policy's, and those that make a run repeatable."""
    unknown = sorted(set(policy.model.lightgbm) - TUNABLE)
    if unknown:
        raise PolicyError(
            policy.folder / "model.yml", f"lightgbm.{unknown[0]}", "no such setting",
            fix=f"name one of {', '.join(sorted(TUNABLE))}",
        )  # fmt: skip
    return {
        "num_iterations": USUAL_ROUNDS,
        "seed": 0,
        **policy.model.lightgbm,
        "objective": "binary",
        "deterministic": True,
        "force_row_wise": True,
        # Bins are shared by boosters with leaves of other sizes.
        "feature_pre_filter": False,
        "verbosity": -1,
    }


def fit_size(parameters: Parameters, findings_n: int, features: Sequence[str]) -> Parameters:
    """Return the parameters with leaves that the findings can fill, and records that may only raise a score."""
    most = int(parameters.get("num_leaves", 31))
    leaves = max(LEAST_LEAVES, min(most, findings_n // FINDINGS_A_LEAF))
    rising = [int(is_record(name) and name.endswith("_share")) for name in features]
    return {**parameters, "num_leaves": min(most, leaves), "monotone_constraints": ",".join(map(str, rising))}


def reseed(parameters: Parameters, bag: int) -> Parameters:
    """Return the parameters with the seed of a bag."""
    return {**parameters, "seed": int(parameters["seed"]) + bag}


def read_booster(text: str) -> lgb.Booster:
    """Return the booster of a text."""
    return lgb.Booster(model_str=text)


def add_trees(boosters: Sequence[lgb.Booster], matrix: Matrix, threads: int) -> FloatArray:
    """Return the mean of the boosters' raw scores; nothing from none."""
    total = np.zeros(len(matrix))
    for booster in boosters:
        total += np.asarray(booster.predict(matrix, raw_score=True, num_threads=threads), dtype=np.float64)
    return total / max(len(boosters), 1)
