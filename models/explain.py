"""Says what each fact adds to a scored row, by TreeSHAP, on the few rows that are shown to a person.

Belongs here: the class a row is explained for, and contributions to its log-odds against no violation.
Belongs elsewhere: choosing the few rows (selection.py), sentences (reason.py).
"""

import numpy as np
import numpy.typing as npt
import polars as pl

from models.artifact import Model
from models.fit import Fitted
from models.score import build_input, predict_chances, weigh_classes
from tidewaiter.policy import Costs
from tidewaiter.targeting.contribution import Contributions, FloatArray

CLASS_WORDS = {
    "revenue": "a revenue violation",
    "contraband": "contraband",
    "product": "an unsafe, counterfeit or prohibited product",
    "forced_labor": "forced labour",
    "other": "a violation of a rarer kind",
}


def explain_with_model(model: Model, features: pl.DataFrame, costs: Costs, *, threads: int = 1) -> Contributions:
    """Return, for each row, what the facts add to the log-odds of its leading class against no violation.

    Raises:
        ModelMismatchError: when the features are not the model's.
    """
    fitted = model.fitted
    shape = (features.height, len(fitted.classes), len(fitted.features) + 1)
    if features.is_empty():
        return _shape_contributions(fitted, features, np.zeros(0, np.intp), np.zeros(shape), np.zeros(shape[:2]))
    leading = find_leading_class(fitted, features, costs)
    matrix = build_input(fitted, features)
    added = np.asarray(
        fitted.booster.predict(matrix, pred_contrib=True, num_threads=threads), dtype=np.float64
    ).reshape(shape)
    raw = np.asarray(fitted.booster.predict(matrix, raw_score=True, num_threads=threads), dtype=np.float64).reshape(
        shape[:2]
    )
    return _shape_contributions(fitted, features, leading, added, raw)


def find_leading_class(fitted: Fitted, features: pl.DataFrame, costs: Costs) -> npt.NDArray[np.intp]:
    """Return the place of the violation class with the largest expected consequence; the likelier one when equal."""
    chances = predict_chances(fitted, features)
    consequence = np.nan_to_num(weigh_classes(fitted, features, chances, costs), nan=0.0)
    is_largest = consequence == consequence.max(axis=1, keepdims=True)
    return np.asarray(np.where(is_largest, chances[:, 1:], -1.0).argmax(axis=1) + 1, dtype=np.intp)


def _shape_contributions(
    fitted: Fitted, features: pl.DataFrame, leading: npt.NDArray[np.intp], added: FloatArray, raw: FloatArray
) -> Contributions:
    """Subtract the contributions to no violation from those to the leading class; the last column is the base."""
    rows = np.arange(features.height)
    against = added[rows, leading] - added[:, 0]
    words = [CLASS_WORDS[fitted.classes[place]] for place in leading.tolist()]
    return Contributions(
        shipment_ids=features["shipment_id"].to_list(),
        facts=fitted.features,
        added=against[:, :-1],
        base=against[:, -1],
        explained=raw[rows, leading] - raw[:, 0],
        base_texts=[f"starting point: how common {word} is among examined shipments" for word in words],
    )
