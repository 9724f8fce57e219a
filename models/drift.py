"""Whether tonight still looks like what a model learned from: the stability index of its features and scores.

Belongs here: the reference kept with a model, the population stability index, what counts as drifted.
Belongs elsewhere: reporting it as a check (assets/scoring.py), limits (policy/model.yml).
"""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from pydantic import BaseModel, ConfigDict

from tidewaiter.targeting.contribution import FloatArray

BINS = 10
# An empty bin would make the index infinite.
LEAST_SHARE = 1e-3


class Spread(BaseModel):
    """How a figure is spread: edges between bins, the share of rows in each, the last one being nulls.

    Attributes:
        usual: the largest index that one of the nights it was taken from has against all of them. Where most rows of a
            night have one figure, as those without a record have, the night's own is in one bin and the index far above
            any limit on every night.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    edges: tuple[float, ...]
    shares: tuple[float, ...]
    usual: float = 0.0


class Reference(BaseModel):
    """The spread of each model input and score over the shipments of the last days before training.

    Attributes:
        days_known: days before training of which anything was on record; None where nobody looked.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    rows_n: int
    days_known: int | None = None
    spreads: dict[str, Spread]


def describe(
    frame: pl.DataFrame, columns: tuple[str, ...], days_known: int | None = None, nights: Sequence[slice] = ()
) -> Reference:
    """Return the spread of each column.

    Args:
        nights: the rows of each night that is large enough to say what is usual.
    """
    spreads = {name: _describe_nights(_figures(frame, name), nights) for name in columns}
    return Reference(rows_n=frame.height, days_known=days_known, spreads=spreads)


def cut_nights(heights: Sequence[int], least_rows: int) -> list[slice]:
    """Return where each night's rows are that has enough of them, the nights standing one after the other."""
    ends = np.cumsum(heights, dtype=np.intp).tolist()
    return [slice(end - n, end) for end, n in zip(ends, heights, strict=True) if n >= least_rows]


def _describe_nights(figures: FloatArray, nights: Sequence[slice]) -> Spread:
    spread = describe_spread(figures)
    usual = max((stability_index(spread, figures[night]) for night in nights), default=0.0)
    return spread.model_copy(update={"usual": usual})


def describe_spread(figures: FloatArray) -> Spread:
    """Return up to ten bins of about equally many rows; equal figures are never in two bins."""
    known = figures[np.isfinite(figures)]
    inner = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1])) if known.size else np.zeros(0)
    edges = tuple(float(edge) for edge in inner)
    return Spread(edges=edges, shares=tuple(_share_out(edges, figures).tolist()))


def measure_drift(reference: Reference, frame: pl.DataFrame) -> dict[str, float]:
    """Return the population stability index of each column that the frame has, largest first, then by name."""
    found = {
        name: stability_index(spread, _figures(frame, name))
        for name, spread in reference.spreads.items()
        if name in frame.columns
    }
    return dict(sorted(found.items(), key=lambda each: (-each[1], each[0])))


def stability_index(spread: Spread, figures: FloatArray) -> float:
    """Return the sum over bins of (now - then) * log(now / then); 0 without figures on either side."""
    then = np.array(spread.shares)
    if not figures.size or not then.sum():
        return 0.0
    now = np.maximum(_share_out(spread.edges, figures), LEAST_SHARE)
    then = np.maximum(then, LEAST_SHARE)
    return float(((now - then) * np.log(now / then)).sum())


def pick_drifted(reference: Reference, found: Mapping[str, float], limit: float) -> dict[str, float]:
    """Return the columns that are above what is usual of the reference's own nights by more than the limit."""
    return {name: index for name, index in found.items() if index - reference.spreads[name].usual > limit}


def _figures(frame: pl.DataFrame, name: str) -> FloatArray:
    return frame[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()


def _share_out(edges: tuple[float, ...], figures: FloatArray) -> FloatArray:
    known = np.isfinite(figures)
    place = np.where(known, np.searchsorted(np.array(edges), figures, side="left"), len(edges) + 1)
    counts = np.bincount(place.astype(np.intp), minlength=len(edges) + 2)
    return np.asarray(counts / max(figures.size, 1), dtype=np.float64)
