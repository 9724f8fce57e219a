"""What each part of ours brings: the same worlds without it, compared seed by seed.

Belongs here: differences and their pictures as numbers.
Belongs elsewhere: leaving a part out (chooser/ours.py), showing it (page.py, tidewaiter/command).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from tidewaiter.prove.targeting.chooser.ours import ABLATIONS
from tidewaiter.prove.targeting.measure import mean_and_deviation
from tidewaiter.prove.targeting.summary import OURS

# What a part may bring, and how a person calls it.
BRINGS = {
    "recall": "recall", "revenue_recall": "revenue recall", "new_recall": "recall of new schemes",
    "calibration_error": "calibration error",
}  # fmt: skip


@dataclass(frozen=True)
class Brought:
    """What a part adds to a measure: the mean over seeds of with less without, its deviation, seeds that gained.

    Attributes:
        left: where its bar begins, in hundredths of the picture's width; nought is in the middle.
        width: of the bar, alike.
    """

    part: str
    measure: str
    mean: float | None
    deviation: float | None
    gained_n: int
    seeds_n: int
    left: float
    width: float


def compare_parts(total: pl.DataFrame, policies: Sequence[str]) -> list[Brought]:
    """Return what each part that was left out brings, by part and measure; nothing where ours did not run beside."""
    parts = [name for name in policies if name in ABLATIONS]
    if OURS not in policies or not parts:
        return []
    found = [(ABLATIONS[name], measure, _subtract(total, name, measure)) for name in parts for measure in BRINGS]
    means = [(measure, mean_and_deviation(gains)[0] or 0.0) for _, measure, gains in found]
    scale = {measure: max(abs(mean) for other, mean in means if other == measure) for measure in BRINGS}
    return [_describe(part, measure, gains, scale[measure]) for part, measure, gains in found]


def _subtract(total: pl.DataFrame, without: str, measure: str) -> pl.Series:
    """Return with less without for each seed that has both."""
    ours, other = (
        total.filter(pl.col("policy") == name).select("seed", pl.col(measure).cast(pl.Float64).alias(name))
        for name in (OURS, without)
    )
    both = ours.join(other, on="seed", how="inner").sort("seed").drop_nulls()
    return both[OURS] - both[without]


def _describe(part: str, measure: str, gains: pl.Series, scale: float) -> Brought:
    mean, deviation = mean_and_deviation(gains)
    width = 50 * abs(mean or 0.0) / scale if scale else 0.0
    left = 50 - width if (mean or 0.0) < 0 else 50.0
    return Brought(part, measure, mean, deviation, int((gains > 0).sum()), len(gains), left, width)
