"""Estimates of what was missed, from exams drawn with known chances: Horvitz and Thompson, with intervals that cover.

Belongs here: weighted shares of rare findings and their intervals.
Belongs elsewhere: drawing (tidewaiter/targeting/selection.py), what the figures are for (evaluate.py, card.py).
"""

from collections.abc import Callable

from models.card import Missed
from tidewaiter.targeting.contribution import FloatArray

LOW, HIGH = 0.025, 0.975
CLOSE = 1e-12


def estimate_missed(truth: FloatArray, chance: FloatArray) -> Missed:
    """Return what drawn exams say of all shipments they were drawn from.

    The share is weighted by one over the chance, so results that are still out move nothing as long as they are out
    by chance; `missed_n` counts the shipments that the drawn ones stand for, without the drawn ones themselves.

    Args:
        truth: 1 where the exam found a violation.
        chance: of the exam, above 0.
    """
    stands_for = 1.0 / chance
    all_n = float(stands_for.sum())
    if not truth.size:
        return Missed(drawn_n=0, found_n=0, shipments_n=0.0, share=None, low=None, high=None, missed_n=None)
    low, high = bound_share(truth, stands_for / all_n)
    return Missed(
        drawn_n=truth.size,
        found_n=int(truth.sum()),
        shipments_n=all_n,
        share=float(stands_for @ truth) / all_n,
        low=low,
        high=min(high, 1.0),
        missed_n=float((stands_for - 1.0) @ truth),
    )


def bound_share(truth: FloatArray, weight: FloatArray) -> tuple[float, float]:
    """Return the 95 % interval of a weighted share of rare findings: mid-p gamma (Fay and Kim 2017).

    With few findings it is neither empty nor as wide as the plain gamma interval (Fay and Feuer 1997).

    Args:
        weight: of each row, in all one.
    """
    from scipy.special import gammainc

    share, spread, largest = float(weight @ truth), float(weight**2 @ truth), float(weight.max())
    next_share, next_spread = share + largest, spread + largest**2

    def below(at: float) -> float:
        """Return how likely it is that the share lies below, between the two gammas that bound it."""
        lower = 1.0 if share == 0.0 else float(gammainc(share**2 / spread, at * share / spread))
        upper = float(gammainc(next_share**2 / next_spread, at * next_share / next_spread))
        return (lower + upper) / 2

    return (0.0 if share == 0.0 else _find(below, LOW)), _find(below, HIGH)


def _find(below: Callable[[float], float], wanted: float) -> float:
    """Return where a rising function passes a figure."""
    from scipy.optimize import brentq

    high = 1.0
    while below(high) < wanted:
        high *= 2
    return float(brentq(lambda at: below(at) - wanted, 0.0, high, xtol=CLOSE, rtol=CLOSE))
