"""Gathers what facts add to a score into stories: facts of one topic, of one party, line or route.

Facts of a topic stand for each other (shipments of 7, 28 and 90 days), and what each of them adds alone says little.

Belongs here: which facts belong together, which of them a reason may name, the strongest stories of a row.
Belongs elsewhere: sentences (sentence.py), what facts add (models/explain.py, without_model.py), topics (catalog.yml).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from tidewaiter.features.catalog import load_catalog
from tidewaiter.rules.hit import FAMILY_WEIGHTS
from tidewaiter.targeting.contribution import Contributions, FloatArray

# Facts that a reason names at most, and what a second one adds at least, of what the first adds.
NAMED, LEAST_PART = 2, 1 / 3
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Story:
    """What the facts of one topic add together, and which of them a reason names, the strongest first.

    Attributes:
        places: of all its facts that add something.
        named: of those that are named: known, worth telling, and adding in the direction of the whole.
    """

    places: tuple[int, ...]
    named: tuple[int, ...]
    added: float


def tell_stories(contributions: Contributions, rows: pl.DataFrame, limit: int) -> list[list[Story]]:
    """Return the strongest stories of each row, the strongest first; stories without a fact to name are left out.

    What rules add is in none of them: each rule that fired is a reason of its own.

    Args:
        rows: every fact of the contributions, a row for each of theirs, in their order.
    """
    groups = _group_facts(contributions.facts)
    tellable = _read_known(contributions.facts, rows) & _read_told(contributions.facts)
    return [
        _tell_row(contributions.added[at], tellable[at], groups, limit) for at in range(len(contributions.shipment_ids))
    ]


def _group_facts(facts: Sequence[str]) -> list[list[int]]:
    """Return the places of the facts of each topic and entity, in the order of the facts."""
    catalog = load_catalog()
    groups: dict[tuple[str, str | None], list[int]] = {}
    for place, column in enumerate(facts):
        if column not in FAMILY_WEIGHTS:
            feature = catalog.feature(column)
            groups.setdefault((feature.topic, feature.entity), []).append(place)
    return list(groups.values())


def _read_known(facts: Sequence[str], rows: pl.DataFrame) -> Flags:
    figures = rows.select(pl.col(name).cast(pl.Float64).fill_null(float("nan")) for name in facts).to_numpy()
    return np.asarray(np.isfinite(figures), dtype=np.bool_)


def _read_told(facts: Sequence[str]) -> Flags:
    catalog = load_catalog()
    return np.array([catalog.feature(column).is_told for column in facts], dtype=np.bool_)


def _tell_row(added: FloatArray, tellable: Flags, groups: Sequence[Sequence[int]], limit: int) -> list[Story]:
    totals = [float(added[group].sum()) for group in groups]
    stories = []
    for place in sorted(range(len(groups)), key=lambda each: -abs(totals[each])):
        named = _name_facts(added, tellable, groups[place], totals[place])
        if named:
            stories.append(Story(tuple(each for each in groups[place] if added[each] != 0.0), named, totals[place]))
        if len(stories) == limit:
            break
    return stories


def _name_facts(added: FloatArray, tellable: Flags, group: Sequence[int], total: float) -> tuple[int, ...]:
    """Return the facts of a group to name: those that add most in the direction of its total."""
    along = [place for place in group if tellable[place] and added[place] * total > 0]
    order = sorted(along, key=lambda place: -abs(added[place]))
    return tuple(place for place in order[:NAMED] if abs(added[place]) >= LEAST_PART * abs(added[order[0]]))
