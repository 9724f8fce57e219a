"""The figures of a feature for which a part of an expression may be met, so that what never is can be refused.

Belongs here: spans of comparisons with a number, what several of them have in common, what a unit allows.
Belongs elsewhere: the parts of an expression (expression.py).
"""

import math
from collections.abc import Iterable, Mapping

from tidewaiter.features.catalog import load_catalog
from tidewaiter.rules.syntax import ExpressionError

# A figure and 1 where it is just above it, -1 just below it, otherwise 0; edges compare as they lie.
Edge = tuple[float, int]
Span = tuple[Edge, Edge]
LEAST: Edge = (-math.inf, 0)
MOST: Edge = (math.inf, 0)
ANY: Span = (LEAST, MOST)
# What a figure with this unit is.
BY_UNIT: Mapping[str, Span] = {"share": ((0.0, 0), (1.0, 0))}
# A comparison of a number with a feature -> the same of the feature with the number.
MIRRORED = {
    "COMPARE_EQUAL": "COMPARE_EQUAL",
    "COMPARE_LESSTHAN": "COMPARE_GREATERTHAN",
    "COMPARE_LESSTHANOREQUALTO": "COMPARE_GREATERTHANOREQUALTO",
    "COMPARE_GREATERTHAN": "COMPARE_LESSTHAN",
    "COMPARE_GREATERTHANOREQUALTO": "COMPARE_LESSTHANOREQUALTO",
}


def span_of(comparison: str, number: float) -> Span:
    """Return the figures for which a feature, compared with the number, meets one of the `MIRRORED` comparisons."""
    spans: dict[str, Span] = {
        "COMPARE_EQUAL": ((number, 0), (number, 0)),
        "COMPARE_LESSTHAN": (LEAST, (number, -1)),
        "COMPARE_LESSTHANOREQUALTO": (LEAST, (number, 0)),
        "COMPARE_GREATERTHAN": ((number, 1), MOST),
        "COMPARE_GREATERTHANOREQUALTO": ((number, 0), MOST),
    }
    return spans[comparison]


def narrow(given: Iterable[Mapping[str, Span]]) -> dict[str, Span]:
    """Return feature -> the figures for which all of these parts may be met.

    Raises:
        ExpressionError: there are none: one of the parts is never met, or they are never met together.
    """
    common: dict[str, Span] = {}
    for name, span in (item for spans in given for item in spans.items()):
        unit = load_catalog().feature(name).unit
        if _is_empty(_overlap(span, BY_UNIT.get(unit, ANY))):
            raise ExpressionError(f"{name} is a {unit}, from 0 to 1, so that this is never met: write 0.5 for a half")
        common[name] = _overlap(span, common.get(name, ANY))
        if _is_empty(common[name]):
            raise ExpressionError(
                f"what it asks of {name} excludes itself, so that it is never met: correct a figure, or join by or"
            )
    return common


def _overlap(one: Span, other: Span) -> Span:
    return max(one[0], other[0]), min(one[1], other[1])


def _is_empty(span: Span) -> bool:
    return span[0] > span[1]
