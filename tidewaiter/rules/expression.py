"""The expression of a rule: its nodes checked one by one, turned into a Polars expression.

Belongs here: what an expression may be made of, its types, what it means where a figure is not known.
Belongs elsewhere: from text to nodes (syntax.py), what is never met (span.py), the other parts of a rule (policy.py),
    evaluating rules over a night (hit.py).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, reduce
from typing import Literal

import polars as pl

from tidewaiter.features.catalog import load_catalog
from tidewaiter.rules.function import FUNCTIONS, TWICE
from tidewaiter.rules.span import MIRRORED, Span, narrow, span_of
from tidewaiter.rules.syntax import ExpressionError, Node, find_root, find_truth, list_inside

Kind = Literal["number", "truth"]
# A part may be evaluated more than once, so parts in parts can become more than a machine can hold.
MOST_PARTS = 2_000
TRUTH_UNIT = "yes/no"
RULE_FAMILY = "rule"
WORDS = "comparisons, and, or, not, in, between, is null, + - * /, abs, least, greatest, coalesce"


@dataclass(frozen=True)
class Expression:
    """A checked expression: true, false or null for each row, null wherever a figure it needs is not known.

    Args:
        columns: the catalogued features it reads, in the order of the catalog.
        limits: feature -> the figures that it must be within, for features that the expression does nothing else with.
    """

    text: str
    columns: tuple[str, ...]
    value: pl.Expr
    limits: Mapping[str, Span]

    @property
    def is_met(self) -> pl.Expr:
        """True where the expression is true; a row of which too little is known does not meet it."""
        return self.value.fill_null(value=False)


@dataclass(frozen=True)
class _Part:
    """One piece of an expression.

    Args:
        parts_n: how many pieces are evaluated for it.
        spans: feature -> the figures outside which the piece is certainly not met.
        limited: features of which their spans are all that the piece asks.
        name: the feature that it is, where it is nothing else.
    """

    kind: Kind
    value: pl.Expr
    columns: frozenset[str] = frozenset()
    parts_n: int = 1
    spans: Mapping[str, Span] = field(default_factory=dict)
    limited: frozenset[str] = frozenset()
    name: str | None = None

    @property
    def number(self) -> float | None:
        """The figure of a piece that names no feature."""
        return None if self.columns else float(pl.select(self.value).item())


@cache
def parse_expression(text: str) -> Expression:
    """Return the expression of a text.

    Raises:
        ExpressionError: it cannot be read, has a part that no rule may have, names no feature, mixes numbers with
            yes and no, or is neither yes nor no.
    """
    part = _read(find_root(text))
    if part.kind != "truth":
        raise ExpressionError("it is a number; a rule is met or not: compare it with something")
    if not part.columns:
        raise ExpressionError("it names no feature")
    columns = tuple(name for name in load_catalog().columns if name in part.columns)
    return Expression(text, columns, part.value, {name: part.spans[name] for name in columns if name in part.limited})


def _read(node: Node) -> _Part:
    _refuse_truth(node)
    reader = READERS.get(node["class"])
    if reader is None:
        raise ExpressionError(f"{_name(node)} has no place in a rule; there are {WORDS}")
    return reader(node)


def _refuse_truth(node: Node) -> None:
    """Raise ExpressionError where the node, or one directly inside it, is the word true or false."""
    inside = list_inside(node)
    said = next((word for word in map(find_truth, [node, *inside]) if word), None)
    if said is None:
        return
    beside = [".".join((each.get("child") or each).get("column_names", ())) for each in inside]
    known = load_catalog().by_column
    name = next((each for each in beside if each in known and known[each].unit == TRUTH_UNIT), "is_air")
    raise ExpressionError(
        f"{said} is not written in a rule, a yes/no feature stands alone: write {name} for yes, not {name} for no, "
        f"{name} is null for not known"
    )


def _name(node: Node) -> str:
    return str(node.get("function_name") or node["class"]).lower().replace("_", " ")


def _read_column(node: Node) -> _Part:
    name = ".".join(node["column_names"])
    features = {each.column: each for each in load_catalog().features}
    if name not in features:
        raise ExpressionError(f"{name}: the feature catalog has no such column")
    if features[name].family == RULE_FAMILY:
        raise ExpressionError(f"{name}: a rule cannot read what rules add")
    # What is not a number is not known.
    figure = pl.when(pl.col(name).cast(pl.Float64).is_finite()).then(pl.col(name).cast(pl.Float64))
    if features[name].unit == TRUTH_UNIT:
        return _Part("truth", figure >= 0.5, frozenset({name}))
    return _Part("number", figure, frozenset({name}), name=name)


def _read_constant(node: Node) -> _Part:
    value = node["value"]
    kind, given = value["type"]["id"], value.get("value")
    if value.get("is_null"):
        raise ExpressionError(
            "null is no number and equals none, so that it is never met: write is null for what is not known"
        )
    if kind == "DECIMAL":
        given = int(given) / 10 ** value["type"]["type_info"]["scale"]
    if (
        kind not in ("INTEGER", "BIGINT", "DOUBLE", "DECIMAL")
        or isinstance(given, dict)
        or not abs(float(given)) < 1e15
    ):
        written = "so large a number" if isinstance(given, dict) else repr(given)
        raise ExpressionError(f"{written} is no number that a feature can be compared with")
    return _Part("number", pl.lit(float(given), pl.Float64))


COMPARISONS: dict[str, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    "COMPARE_EQUAL": pl.Expr.__eq__,
    "COMPARE_NOTEQUAL": pl.Expr.__ne__,
    "COMPARE_LESSTHAN": pl.Expr.__lt__,
    "COMPARE_LESSTHANOREQUALTO": pl.Expr.__le__,
    "COMPARE_GREATERTHAN": pl.Expr.__gt__,
    "COMPARE_GREATERTHANOREQUALTO": pl.Expr.__ge__,
}


def _read_comparison(node: Node) -> _Part:
    if node["type"] not in COMPARISONS:
        raise ExpressionError(f"{node['type'].lower()} has no place in a rule; there are {WORDS}")
    left, right = _read_all("number", [node["left"], node["right"]], "a comparison")
    spans = _span(node["type"], left, right) or _span(MIRRORED.get(node["type"]), right, left)
    whole = _join("truth", COMPARISONS[node["type"]](left.value, right.value), [left, right], spans)
    return replace(whole, limited=frozenset(spans))


def _span(comparison: str | None, feature: _Part, other: _Part) -> dict[str, Span]:
    """Return the span of a feature that is compared with a number; nothing where it is something else."""
    if comparison not in MIRRORED or feature.name is None or other.number is None:
        return {}
    return {feature.name: span_of(comparison, other.number)}


def _read_between(node: Node) -> _Part:
    parts = _read_all("number", [node["input"], node["lower"], node["upper"]], "between")
    figure, lower, upper = parts
    if lower.number is not None and upper.number is not None and lower.number > upper.number:
        low, high = f"{lower.number:.15g}", f"{upper.number:.15g}"
        raise ExpressionError(
            f"between {low} and {high} is never met, the smaller comes first: between {high} and {low}"
        )
    is_within = (figure.value >= lower.value) & (figure.value <= upper.value)
    edges = [_span("COMPARE_GREATERTHANOREQUALTO", figure, lower), _span("COMPARE_LESSTHANOREQUALTO", figure, upper)]
    whole = _join("truth", is_within, [*parts, parts[0]], narrow(edges))
    return replace(whole, limited=frozenset(whole.spans) if all(edges) else frozenset())


def _read_conjunction(node: Node) -> _Part:
    is_and = node["type"] == "CONJUNCTION_AND"
    parts = _read_all("truth", node["children"], "and" if is_and else "or")
    values = [part.value for part in parts]
    joined = reduce(pl.Expr.__and__ if is_and else pl.Expr.__or__, values)
    if not is_and:
        return _join("truth", joined, parts)
    more = frozenset(name for part in parts for name in part.columns - part.limited)
    whole = _join("truth", joined, parts, narrow(part.spans for part in parts))
    return replace(whole, limited=whole.columns - more)


def _read_operator(node: Node) -> _Part:
    name = node["type"]
    if name in ("OPERATOR_IS_NULL", "OPERATOR_IS_NOT_NULL"):
        part = _read(node["children"][0])
        is_null = part.value.is_null()
        return _join("truth", is_null if name == "OPERATOR_IS_NULL" else ~is_null, [part])
    if name == "OPERATOR_NOT":
        parts = _read_all("truth", node["children"], "not")
        return _join("truth", ~parts[0].value, parts)
    if name in ("COMPARE_IN", "COMPARE_NOT_IN"):
        parts = _read_all("number", node["children"], "in")
        is_in = reduce(pl.Expr.__or__, [parts[0].value == part.value for part in parts[1:]])
        looked_at = [*parts, *parts[:1] * (len(parts) - 2)]
        if name == "COMPARE_NOT_IN":
            return _join("truth", ~is_in, looked_at)
        return _join("truth", is_in, looked_at, _span_all(parts[0], parts[1:]))
    if name == "OPERATOR_COALESCE":
        parts = [_read(child) for child in node["children"]]
        if len({part.kind for part in parts}) > 1:
            raise ExpressionError("coalesce mixes numbers with yes and no")
        return _join(parts[0].kind, pl.coalesce([part.value for part in parts]), parts)
    raise ExpressionError(f"{name.lower()} has no place in a rule; there are {WORDS}")


def _span_all(feature: _Part, others: Sequence[_Part]) -> dict[str, Span]:
    """Return the span from the smallest to the largest of the numbers that a feature may be."""
    spans = [_span("COMPARE_EQUAL", feature, other) for other in others]
    if feature.name is None or not all(spans):
        return {}
    lows, highs = zip(*(span[feature.name] for span in spans), strict=True)
    return {feature.name: (min(lows), max(highs))}


def _read_function(node: Node) -> _Part:
    name, children = node["function_name"], node["children"]
    is_special = any(node.get(key) for key in ("filter", "distinct", "export_state", "schema", "catalog"))
    if name not in FUNCTIONS or is_special or node["order_bys"].get("orders"):
        raise ExpressionError(f"{name} has no place in a rule; there are {WORDS}")
    least, most, build = FUNCTIONS[name]
    if not least <= len(children) <= most:
        raise ExpressionError(f"{name} has {len(children)} arguments")
    parts = _read_all("number", children, name)
    if name == "/" and parts[1].number == 0:
        raise ExpressionError("what is divided by 0 is not known, so that it is never met: divide by another number")
    return _join("number", build([part.value for part in parts]), [*parts, *parts] if name in TWICE else parts)


def _read_all(kind: Kind, nodes: Sequence[Node], where: str) -> list[_Part]:
    parts = [_read(node) for node in nodes]
    if any(part.kind != kind for part in parts):
        wanted = "numbers; a yes/no feature stands alone" if kind == "number" else "yes or no; compare the number"
        named = ", ".join(sorted({name for part in parts if part.kind != kind for name in part.columns})) or "a number"
        raise ExpressionError(f"{named}: {where} takes {wanted}")
    return parts


def _join(kind: Kind, value: pl.Expr, parts: Sequence[_Part], spans: Mapping[str, Span] | None = None) -> _Part:
    """Return the whole; `parts` has each as often as it is evaluated.

    Raises:
        ExpressionError: it is evaluated in too many steps, is never met, or is the same for every shipment.
    """
    parts_n = 1 + sum(part.parts_n for part in parts)
    if parts_n > MOST_PARTS:
        raise ExpressionError(f"it takes more than {MOST_PARTS:,} steps to evaluate; write it as several rules")
    columns = frozenset[str]().union(*(part.columns for part in parts))
    if kind == "truth" and not columns:
        raise ExpressionError("a part of it names no feature, so that it is always met or never")
    return _Part(kind, value, columns, parts_n, narrow([spans or {}]))


READERS: Mapping[str, Callable[[Node], _Part]] = {
    "COLUMN_REF": _read_column,
    "CONSTANT": _read_constant,
    "COMPARISON": _read_comparison,
    "BETWEEN": _read_between,
    "CONJUNCTION": _read_conjunction,
    "OPERATOR": _read_operator,
    "FUNCTION": _read_function,
}
