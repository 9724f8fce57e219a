"""Says what each fact adds to a scored row, on the few rows that are shown to a person.

Belongs here: contributions of both parts to the log-odds of a violation, the family that leads.
Belongs elsewhere: choosing the few rows (selection.py), sentences (reason.py).
"""

import numpy as np
import numpy.typing as npt
import polars as pl

from models.artifact import Model
from models.dataset import Matrix
from models.evidence import share_out
from models.recipe import Fitted
from models.score import Chances, build_input, foresee_losses, predict_chances, weigh_families
from tidewaiter.policy import FAMILIES, Costs
from tidewaiter.targeting.contribution import Contributions, FloatArray

FAMILY_WORDS = {
    "revenue": "lost revenue",
    "contraband": "contraband",
    "product": "unsafe, counterfeit or prohibited products",
    "forced_labor": "forced labor",
}


def explain_with_model(model: Model, features: pl.DataFrame, costs: Costs, *, threads: int = 1) -> Contributions:
    """Return, for each row, what the facts add to the log-odds of its score; base and facts sum to them exactly.

    The base holds how common violations are, and what calibration adds where it bends.

    Raises:
        ModelMismatchError: when the features are not the model's.
    """
    fitted = model.fitted
    if features.is_empty():
        nothing = np.zeros(0)
        return _shape(fitted, features, np.zeros((0, len(fitted.features))), nothing, np.zeros(0, np.intp))
    matrix = build_input(fitted, features)
    chances = predict_chances(fitted, features, matrix, threads)
    leading = find_leading_family(chances, foresee_losses(fitted, matrix, threads), costs)
    return _shape(fitted, features, add_facts(fitted, matrix, threads), chances.log_odds, leading)


def add_facts(fitted: Fitted, matrix: Matrix, threads: int) -> FloatArray:
    """Return rows x features: what each adds to the calibrated log-odds by the straight part and by the trees."""
    stack, slope = fitted.recipe.stack, fitted.recipe.calibration.slope
    added = stack.straight * share_out(fitted.recipe.straight, matrix, fitted.evidence)
    for booster in fitted.trees:
        own = np.asarray(booster.predict(matrix, pred_contrib=True, num_threads=threads), dtype=np.float64)
        added += stack.trees / len(fitted.trees) * own.reshape(len(matrix), -1)[:, :-1]
    return np.asarray(slope * added, dtype=np.float64)


def find_leading_family(chances: Chances, losses: FloatArray, costs: Costs) -> npt.NDArray[np.intp]:
    """Return the place of the family with the largest expected cost; the likelier one when equal."""
    weighed = weigh_families(chances, losses, costs)
    cost = np.stack([weighed[family] for family in FAMILIES], axis=1)
    chance = np.stack([chances.by_family[family] for family in FAMILIES], axis=1)
    is_largest = cost == cost.max(axis=1, keepdims=True)
    return np.asarray(np.where(is_largest, chance, -1.0).argmax(axis=1), dtype=np.intp)


def _shape(
    fitted: Fitted, features: pl.DataFrame, added: FloatArray, explained: FloatArray, leading: npt.NDArray[np.intp]
) -> Contributions:
    words = [FAMILY_WORDS[FAMILIES[place]] for place in leading.tolist()]
    return Contributions(
        shipment_ids=features["shipment_id"].to_list(),
        facts=fitted.features,
        added=added,
        base=explained - added.sum(axis=1),
        explained=explained,
        base_texts=[f"starting point: how common violations are; most is at stake in {word}" for word in words],
    )
