"""Writes a feature's figure the way a person reads it.

Belongs here: one wording a unit of the feature catalog.
Belongs elsewhere: the sentence around the figure (catalog.yml, reason.py).
"""

import math
from collections.abc import Callable

SINGULARS = {
    "pieces": "piece",
    "lines": "line",
    "versions": "version",
    "containers": "container",
    "digits": "digit",
    "shipments": "shipment",
    "exams": "exam",
    "characters": "character",
    "words": "word",
    "parties": "party",
    "bits": "bit",
    "days": "day",
    "hours": "hour",
    "claims": "claim",
    "points": "point",
    "steps": "step",
    "headings": "heading",
}

LOG_HUNDREDTH = math.log(0.01)
LOG_MILLION = math.log(1e6)


def write_figure(value: float, unit: str) -> str:
    """Return the value with its unit in words; KeyError for a unit that has no wording."""
    if unit in SINGULARS:
        number = write_number(value)
        return f"{number} {SINGULARS[unit] if number == '1' else unit}"
    return WORDINGS[unit](value)


def write_span(low: tuple[float, int], high: tuple[float, int], unit: str) -> str:
    """Return between which figures another is, in words.

    Args:
        low: the least, with 1 where it is excluded, otherwise 0; minus infinity where there is none.
        high: the most, with -1 where it is excluded, otherwise 0; infinity where there is none.
    """
    if low == high:
        return write_figure(low[0], unit)
    least = f"{'more than' if low[1] else 'at least'} {write_figure(low[0], unit)}" if math.isfinite(low[0]) else ""
    most = f"{'less than' if high[1] else 'at most'} {write_figure(high[0], unit)}" if math.isfinite(high[0]) else ""
    return " and ".join(each for each in (least, most) if each)


def write_number(value: float) -> str:
    """Return a plain number: thousands separated, about three digits that matter, no needless decimals."""
    size = abs(value)
    decimals = 0 if size >= 100 or value == int(value) else 1 if size >= 10 else 2
    written = f"{value:,.{decimals}f}"
    return written.rstrip("0").rstrip(".") if decimals else written


def write_money(value: float) -> str:
    """Return US dollars: cents below a thousand, none above."""
    amount = f"{abs(value):,.2f}" if abs(value) < 1000 else f"{abs(value):,.0f}"
    return f"USD {'-' if value < 0 else ''}{amount}"


def write_percent(value: float) -> str:
    """Return a share as a percentage; what is nearly none or nearly all is not written as none or all."""
    if 0 < value < 0.001:
        return "under 0.1%"
    if 0.995 <= value < 1:
        return "over 99%"
    return f"{100 * value:.0f}%" if value >= 0.1 or value == 0 else f"{100 * value:.1f}%"


def write_times(log_ratio: float) -> str:
    """Return a natural log ratio as a multiple."""
    if log_ratio < LOG_HUNDREDTH:
        return "less than 0.01 times"
    if log_ratio > LOG_MILLION:
        return "more than a million times"
    ratio = math.exp(log_ratio)
    return f"{ratio:,.0f} times" if ratio >= 10 else f"{ratio:.2f} times"


def write_deviations(value: float) -> str:
    """Return how many standard deviations lie between a figure and the middle, and on which side it lies."""
    number = write_number(abs(value))
    return f"{number} standard deviation{'' if number == '1' else 's'} {'below' if value < 0 else 'above'}"


WORDINGS: dict[str, Callable[[float], str]] = {
    "USD": write_money,
    "USD/kg": lambda value: f"{write_money(value)}/kg",
    "kg": lambda value: f"{write_number(value)} kg",
    "share": write_percent,
    "rate": write_percent,
    "log ratio": write_times,
    "deviations": write_deviations,
    "score": write_number,
    "yes/no": lambda value: "yes" if value >= 0.5 else "no",
    "chapter": lambda value: f"{value:02.0f}",
    "heading": lambda value: f"{value:04.0f}",
}
UNITS = frozenset(SINGULARS) | frozenset(WORDINGS)
