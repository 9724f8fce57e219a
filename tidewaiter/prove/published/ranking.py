"""What a ranking finds, with rows that score alike counted in expectation.

A look-up gives the same score to thousands of rows: which of them a limit would take must not depend on the order of
a file.

Belongs here: precision at a share of rows, and the figures of one ranking.
Belongs elsewhere: the area under the curve (models/measure.py), rankings (opponent.py, lookup.py).
"""

import math
from dataclasses import dataclass

import numpy as np

from models.measure import Truth, area_under_curve
from tidewaiter.targeting.contribution import FloatArray

SHARES = (0.05, 0.10)


@dataclass(frozen=True)
class Figures:
    """What a ranking of some rows finds; None where there is nothing to measure.

    Attributes:
        p5, p10: share of fraud in the first 5 and 10 % of the rows.
    """

    rows_n: int
    auc: float | None
    p5: float | None
    p10: float | None


def measure(score: FloatArray, truth: Truth) -> Figures:
    """Return the figures of rows ranked by score, the largest first."""
    p5, p10 = (precision_at(score, truth, share) for share in SHARES)
    return Figures(truth.size, area_under_curve(score, truth) if truth.size else None, p5, p10)


def precision_at(score: FloatArray, truth: Truth, share: float) -> float | None:
    """Return the expected share of hits in the first rows, rounded up to whole rows; None without rows."""
    if not truth.size:
        return None
    top_n = math.ceil(truth.size * share)
    last = np.sort(score)[-top_n]
    above, level = score > last, score == last
    from_level = (top_n - int(above.sum())) * float(truth[level].mean())
    return (int(truth[above].sum()) + from_level) / top_n
