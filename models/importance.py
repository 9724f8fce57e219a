"""How much each topic of facts moves scores, so that a reader sees what a model looks at.

Belongs here: mean size of what topics add to log-odds, what family trees split on.
Belongs elsewhere: what facts add to one row (explain.py), topics (tidewaiter/features/catalog.yml).
"""

from collections.abc import Sequence

import numpy as np
import polars as pl

from models.card import Importance
from models.explain import add_facts
from models.recipe import Fitted
from models.score import build_input
from tidewaiter.features.catalog import load_catalog

# Rows and inputs that are enough to tell topics apart.
SAMPLE_ROWS, NAMED = 300, 3


def measure_importance(fitted: Fitted, rows: pl.DataFrame) -> tuple[Importance, ...]:
    """Return each topic with its share of what all topics move, the largest first, and by family what trees split on.

    A topic moves a row by what its facts add together: facts that undo each other move nothing.

    Args:
        rows: port_code and the model's inputs, of any shipments.
    """
    if rows.is_empty():
        return ()
    sample = rows[np.unique(np.linspace(0, rows.height - 1, SAMPLE_ROWS).astype(int))]
    added = add_facts(fitted, build_input(fitted, sample), threads=1)
    places = _group_inputs(fitted.features)
    moved = {topic: float(np.abs(added[:, each].sum(axis=1)).mean()) for topic, each in places.items()}
    whole = sum(moved.values()) or 1.0
    size = np.abs(added).mean(axis=0)
    found = [
        Importance(
            topic=topic,
            share=moved[topic] / whole,
            inputs_n=len(each),
            strongest=_name_strongest(fitted.features, each, size.tolist()),
            by_family=_share_gain(fitted, each),
        )
        for topic, each in places.items()
    ]
    return tuple(sorted(found, key=lambda each: (-each.share, each.topic)))


def _group_inputs(inputs: Sequence[str]) -> dict[str, list[int]]:
    catalog = load_catalog()
    groups: dict[str, list[int]] = {}
    for place, column in enumerate(inputs):
        groups.setdefault(catalog.feature(column).topic, []).append(place)
    return groups


def _name_strongest(inputs: Sequence[str], places: Sequence[int], size: Sequence[float]) -> tuple[str, ...]:
    order = sorted((place for place in places if size[place] > 0), key=lambda place: -size[place])
    return tuple(inputs[place] for place in order[:NAMED])


def _share_gain(fitted: Fitted, places: Sequence[int]) -> dict[str, float]:
    """Return, for each family with trees of its own, the share of their gain that splits on these inputs have."""
    gains = {family: booster.feature_importance("gain") for family, booster in fitted.families.items()}
    return {family: float(gain[list(places)].sum()) / (float(gain.sum()) or 1.0) for family, gain in gains.items()}
