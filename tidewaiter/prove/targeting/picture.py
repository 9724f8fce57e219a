"""Small pictures of the proof as numbers: where lines, bands, dots and bars of an SVG go. The template draws them.

Belongs here: scaling figures into a box, and the sentence that says the same without eyes.
Belongs elsewhere: markup and colours (templates), which figures (page.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

WIDTH, HEIGHT, EDGE = 300, 130, 6
# Weeks that are averaged, so that a line shows where it goes and not the noise of forty exams a night.
SMOOTHED_WEEKS = 3


@dataclass(frozen=True)
class Panel:
    """One policy's picture in a box of WIDTH by HEIGHT.

    Attributes:
        band: outline of one deviation over seeds around the line.
        reference: the line of the policy that all are compared with.
    """

    title: str
    line: str
    band: str
    reference: str
    top: str
    words: str


@dataclass(frozen=True)
class Dots:
    """One policy's stated chances beside what was true, on equal scales from nought."""

    title: str
    dots: tuple[tuple[float, float], ...]
    top: str
    words: str


def draw_weeks(week: pl.DataFrame, policies: Sequence[str], column: str, reference: str) -> list[Panel]:
    """Return a panel a policy of a weekly share: mean over seeds with one deviation, on one scale for all."""
    curves = {policy: smooth_weeks(week, policy, column) for policy in policies}
    top = max([0.01, *(float(np.max(mean + spread)) for mean, spread in curves.values() if len(mean))])
    grey = curves[reference][0] if reference in curves else np.zeros(0)
    return [
        _draw_panel(policy, *curves[policy], np.zeros(0) if policy == reference else grey, top) for policy in policies
    ]


def smooth_weeks(week: pl.DataFrame, policy: str, column: str) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and deviation over seeds of each week, after averaging neighbouring weeks of each seed."""
    own = week.filter(pl.col("policy") == policy).sort("seed", "week")
    smoothed = own.select(
        "seed",
        "week",
        value=pl.col(column).rolling_mean(SMOOTHED_WEEKS, min_samples=1, center=True).over("seed", order_by="week"),
    )
    found = smoothed.group_by("week").agg(pl.col("value").mean(), pl.col("value").std().alias("spread")).sort("week")
    known = found.drop_nulls("value")
    return known["value"].to_numpy().astype(np.float64), known["spread"].fill_null(0.0).to_numpy().astype(np.float64)


def _draw_panel(title: str, mean: np.ndarray, spread: np.ndarray, grey: np.ndarray, top: float) -> Panel:
    if not len(mean):
        return Panel(title, "", "", _join(grey, top), _percent(top), f"{_name(title)}: no figure")
    high, low = _places(mean + spread, top), _places(np.maximum(mean - spread, 0.0), top)
    words = f"{_name(title)}: {_percent(float(mean[0]))} in the first weeks, {_percent(float(mean[-1]))} in the last"
    return Panel(title, _join(mean, top), " ".join([*high, *reversed(low)]), _join(grey, top), _percent(top), words)


def _join(values: np.ndarray, top: float) -> str:
    return " ".join(_places(values, top))


def _places(values: np.ndarray, top: float) -> list[str]:
    last = max(len(values) - 1, 1)
    return [
        f"{EDGE + (WIDTH - 2 * EDGE) * at / last:.1f},{_y(float(value), top):.1f}" for at, value in enumerate(values)
    ]


def _y(value: float, top: float) -> float:
    return HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * min(value / top, 1.0)


def draw_reliability(bins: pl.DataFrame, policies: Sequence[str]) -> list[Dots]:
    """Return dots for each policy that states chances: tenths of its shipments over all seeds, on scales of its own."""
    return [_draw_dots(policy, own) for policy in policies if (own := bins.filter(pl.col("policy") == policy)).height]


def _draw_dots(title: str, bins: pl.DataFrame) -> Dots:
    mean = bins.group_by("bin").agg(pl.col("mean_chance").mean(), pl.col("violation_share").mean()).sort("bin")
    said, was = mean["mean_chance"].to_list(), mean["violation_share"].to_list()
    top = max([0.01, *said, *was])
    side = HEIGHT - 2 * EDGE
    dots = tuple((round(EDGE + side * x / top, 1), round(_y(y, top), 1)) for x, y in zip(said, was, strict=True))
    words = f"{_name(title)}: the highest tenth was said to be {_percent(said[-1])} and was {_percent(was[-1])}"
    return Dots(title, dots, _percent(top), words)


def _percent(share: float) -> str:
    return f"{share:.1%}"


def _name(policy: str) -> str:
    return policy.replace("_", " ")
