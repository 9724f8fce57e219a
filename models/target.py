"""Decides which class each examined shipment teaches, so that the chance of any violation stays right.

Belongs here: the classes of a model and the class of each row.
Belongs elsewhere: reading labels (dataset.py), fitting (fit.py), weighing chances (score.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from tidewaiter.policy import FAMILIES, Costs

NO_VIOLATION = "none"
OTHER = "other"


@dataclass(frozen=True)
class Target:
    """The classes in order, no violation first, and each row's place among them."""

    classes: tuple[str, ...]
    y: npt.NDArray[np.int32]


def choose_classes(examples: pl.DataFrame, costs: Costs, min_family_positives: int) -> Target:
    """Return no violation, one class a family with enough shipments of its own, and `other` where some are left.

    A shipment with several families teaches the costliest of them that has a class. Shipments whose families have
    too few for a class teach `other`: they are violations all the same.
    """
    spoken = list(FAMILIES)
    while True:
        own = _assign(examples, spoken, costs)
        counts = {family: int((own == family).sum()) for family in spoken}
        short = [family for family in spoken if counts[family] < min_family_positives]
        if not short:
            break
        # One at a time, the rarest first: its shipments may be what another family lacks.
        spoken.remove(min(short, key=lambda family: counts[family]))
    classes = (NO_VIOLATION, *spoken, *([OTHER] if (own == OTHER).any() else []))
    places = {name: place for place, name in enumerate(classes)}
    return Target(classes, own.replace_strict(places, return_dtype=pl.Int32).to_numpy())


def _assign(examples: pl.DataFrame, families: Sequence[str], costs: Costs) -> pl.Series:
    """Return each row's class; equal costs go to the family that comes first."""
    has_any = pl.any_horizontal(f"is_{family}" for family in FAMILIES)
    cost = [_cost(family, costs).alias(family) for family in families]
    choice = pl.when(has_any).then(pl.lit(OTHER)).otherwise(pl.lit(NO_VIOLATION))
    if cost:
        costliest = pl.max_horizontal(families)
        for family in reversed(families):
            choice = pl.when(pl.col(family) == costliest).then(pl.lit(family)).otherwise(choice)
    frame = examples.select(*cost, *(f"is_{family}" for family in FAMILIES))
    return frame.select(choice.alias("class"))["class"]


def _cost(family: str, costs: Costs) -> pl.Expr:
    """Return what the shipment's violation of the family costs: the stated loss, or the policy's weight; else null."""
    weight = pl.col("loss_usd") if family == "revenue" else pl.lit(_family_usd(family, costs))
    return pl.when(pl.col(f"is_{family}")).then(weight.cast(pl.Float64))


def _family_usd(family: str, costs: Costs) -> float:
    return {str(name): usd for name, usd in costs.family_usd.items()}[family]
