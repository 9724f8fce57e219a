"""Estimates of what was missed, from exams drawn with known chances: Horvitz and Thompson, with intervals that cover.

Belongs here: weighted shares of rare findings and their intervals.
Belongs elsewhere: drawing (tidewaiter/targeting/selection.py), what the figures are for (evaluate.py, card.py).
"""

import math
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
    share, spread, largest = float(weight @ truth), float(weight**2 @ truth), float(weight.max())
    next_share, next_spread = share + largest, spread + largest**2

    def below(at: float) -> float:
        """Return how likely it is that the share lies below, between the two gammas that bound it."""
        lower = 1.0 if share == 0.0 else _gamma_below(at * share / spread, share**2 / spread)
        upper = _gamma_below(at * next_share / next_spread, next_share**2 / next_spread)
        return (lower + upper) / 2

    return (0.0 if share == 0.0 else _find(below, LOW)), _find(below, HIGH)


def _find(below: Callable[[float], float], wanted: float) -> float:
    """Return where a rising function passes a figure, by halving."""
    low, high = 0.0, 1.0
    while below(high) < wanted and high < 1e6:
        high *= 2
    while high - low > CLOSE * max(high, CLOSE):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if below(middle) < wanted else (low, middle)
    return high


def _gamma_below(at: float, shape: float) -> float:
    """Return the regularised lower incomplete gamma function, by its series or its continued fraction."""
    if at <= 0:
        return 0.0
    front = math.exp(shape * math.log(at) - at - math.lgamma(shape))
    if at < shape + 1:
        term = total = 1.0 / shape
        step = shape
        while term > total * 1e-15:
            step += 1
            term *= at / step
            total += term
        return min(front * total, 1.0)
    return max(1.0 - front * _continued_fraction(at, shape), 0.0)


def _continued_fraction(at: float, shape: float) -> float:
    """Return the upper tail's fraction (Lentz)."""
    tiny = 1e-300
    b = at + 1.0 - shape
    c, d = 1.0 / tiny, 1.0 / b
    found = d
    for place in range(1, 1000):
        step = -place * (place - shape)
        b += 2.0
        d = 1.0 / _away_from_nought(step * d + b, tiny)
        c = _away_from_nought(b + step / c, tiny)
        found *= d * c
        if abs(d * c - 1.0) < 1e-15:
            break
    return found


def _away_from_nought(value: float, tiny: float) -> float:
    return tiny if abs(value) < tiny else value
