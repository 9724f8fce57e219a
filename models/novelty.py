"""How unlike the shipments of the last months a shipment is: trees that tell real rows from made-up ones.

The made-up rows draw each column on its own, sometimes from the whole of its range, so that a rare figure and a rare
company of common figures both look made up.

Belongs here: the background, the made-up rows, the place of a row among the background.
Belongs elsewhere: what share of an exam team's time goes to the unusual (tidewaiter/targeting/selection.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np
from pydantic import BaseModel, ConfigDict

from models.dataset import Matrix
from models.part import is_record
from models.tree import Binned, Parameters, add_trees, read_booster
from tidewaiter.targeting.contribution import FloatArray

ROUNDS, LEAVES, RATE, LEAST_IN_LEAF = 40, 16, 0.15, 20
# Share of a made-up row's figures that come from anywhere between the least and the largest.
ANYWHERE = 0.1
PLACES = 201
LEAST_ROWS = 50


class Novelty(BaseModel):
    """The raw scores of the background at evenly spaced shares of its rows."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    places: tuple[float, ...]


@dataclass(frozen=True)
class NoveltyModel:
    """The places, and the text of the trees."""

    novelty: Novelty
    text: str


def fit_novelty(background: Matrix, features: Sequence[str], parameters: Parameters) -> NoveltyModel | None:
    """Return what tells the background from made-up rows; None where the background is too small to be usual."""
    if len(background) < LEAST_ROWS:
        return None
    random = np.random.default_rng(int(parameters["seed"]))
    background = hide_records(background, features)
    both = np.concatenate([background, make_up(background, random)])
    y = np.concatenate([np.zeros(len(background)), np.ones(len(background))])
    settings: Parameters = {
        **parameters, "num_iterations": ROUNDS, "num_leaves": LEAVES, "learning_rate": RATE,
        "min_data_in_leaf": min(LEAST_IN_LEAF, max(2, len(background) // 10)),
    }  # fmt: skip
    binned = Binned(both, features, settings, threads=1)
    text = binned.train(np.arange(len(both), dtype=np.intp), y, settings)
    raw = add_trees([read_booster(text)], background, threads=1)
    places = np.quantile(raw, np.linspace(0, 1, PLACES))
    # Rows beyond all of the background keep their order among themselves.
    places[-1] += places[-1] - places[PLACES // 2]
    return NoveltyModel(Novelty(places=tuple(places.tolist())), text)


def make_up(background: Matrix, random: np.random.Generator) -> Matrix:
    """Return as many rows, each figure drawn on its own: from the column's figures, or from anywhere in its range."""
    rows_n = len(background)
    columns = []
    for column in background.T:
        drawn = random.permutation(column)
        known = column[np.isfinite(column)]
        is_anywhere = (random.random(rows_n) < ANYWHERE) & np.isfinite(drawn)
        if known.size:
            anywhere = random.uniform(known.min(), known.max(), rows_n).astype(np.float32)
            drawn = np.where(is_anywhere, anywhere, drawn)
        columns.append(drawn)
    return np.ascontiguousarray(np.stack(columns, axis=1), dtype=np.float32)


def place_rows(novelty: Novelty, boosters: Sequence[lgb.Booster], matrix: Matrix, threads: int) -> FloatArray:
    """Return the share of the background that is less unusual than each row."""
    raw = add_trees(boosters, matrix, threads)
    shares = np.linspace(0, 1, len(novelty.places))
    places, first = np.unique(np.array(novelty.places), return_index=True)
    return np.asarray(np.interp(raw, places, shares[first]), dtype=np.float64)


def hide_records(matrix: Matrix, features: Sequence[str]) -> Matrix:
    """Return the matrix with records of exams at nought: what was examined is no part of what is usual."""
    hidden = matrix.copy()
    hidden[:, [place for place, name in enumerate(features) if is_record(name)]] = 0.0
    return hidden
