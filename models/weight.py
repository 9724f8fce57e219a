"""How many shipments each label stands for: one over the chance it had of being examined, within a cap.

Belongs here: the weights of labels, from chances that were stored when the queues were made.
Belongs elsewhere: storing chances (tidewaiter/targeting/selection.py), joining them to labels (dataset.py).
"""

import numpy as np
import polars as pl

from tidewaiter.policy import Policy
from tidewaiter.targeting.contribution import FloatArray


def weigh_labels(examples: pl.DataFrame, policy: Policy) -> FloatArray:
    """Return each label's weight: one over its chance within the policy's cap, halved with every half-life of age.

    Old labels count less because records grow and schemes move: what a score meant then is not what it means now. All
    weigh one where the policy leaves weights out. A label without a stored chance stands for itself alone.
    """
    if not policy.model.parts.weights:
        return np.ones(examples.height)
    days = examples["shipment_on"].cast(pl.Int32).to_numpy().astype(np.float64)
    age = days.max(initial=0.0) - days
    chance = examples["inclusion_probability"].cast(pl.Float64).fill_null(1.0).to_numpy()
    least = 1.0 / policy.model.learning.weight_cap
    recent = 0.5 ** (age / policy.model.learning.weight_half_life_days)
    return np.asarray(recent / np.clip(chance, least, 1.0), dtype=np.float64)


def soften(weight: FloatArray, power: float) -> FloatArray:
    """Return the weights to a power, with a mean of one."""
    softened = weight**power
    return np.asarray(softened / softened.mean(), dtype=np.float64)
