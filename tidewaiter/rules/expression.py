"""The expression of a rule: read by DuckDB's own parser, checked node by node, turned into a Polars expression.

Belongs here: what an expression may be made of, its types, what it means where a figure is not known.
Belongs elsewhere: the other parts of a rule (policy.py), evaluating rules over a night (hit.py).
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from typing import Any, Literal

import duckdb
import polars as pl

from tidewaiter.features.catalog import load_catalog

Kind = Literal["number", "truth"]
LONGEST = 1_000
# A part may be evaluated more than once, so parts in parts can become more than a machine can hold.
MOST_PARTS = 2_000
DEEPEST = 60
TRUTH_UNIT = "yes/no"
RULE_FAMILY = "rule"
WORDS = "comparisons, and, or, not, in, between, is null, + - * /, abs, least, greatest, coalesce"
TOO_DEEP = f"it has more than {DEEPEST} parts inside each other; write it flat, or as several rules"
Node = dict[str, Any]


class ExpressionError(ValueError):
    """An expression is not one that a rule may have; the text says which part and why."""


@dataclass(frozen=True)
class Expression:
    """A checked expression: true, false or null for each row, null wherever a figure it needs is not known.

    Args:
        columns: the catalogued features it reads, in the order of the catalog.
    """

    text: str
    columns: tuple[str, ...]
    value: pl.Expr

    @property
    def is_met(self) -> pl.Expr:
        """True where the expression is true; a row of which too little is known does not meet it."""
        return self.value.fill_null(value=False)


@dataclass(frozen=True)
class _Part:
    """One piece of an expression; `parts_n` is how many pieces are evaluated for it."""

    kind: Kind
    value: pl.Expr
    columns: frozenset[str] = frozenset()
    parts_n: int = 1


@cache
def parse_expression(text: str) -> Expression:
    """Return the expression of a text.

    Raises:
        ExpressionError: it cannot be read, has a part that no rule may have, names no feature, mixes numbers with
            yes and no, or is neither yes nor no.
    """
    root = _find_root(text)
    _check_depth(root)
    part = _read(root)
    if part.kind != "truth":
        raise ExpressionError("it is a number; a rule is met or not: compare it with something")
    if not part.columns:
        raise ExpressionError("it names no feature")
    columns = tuple(name for name in load_catalog().columns if name in part.columns)
    return Expression(text, columns, part.value)


@cache
def _open_parser() -> duckdb.DuckDBPyConnection:
    """Return an empty database that reads expressions and runs none of them."""
    return duckdb.connect(config={"enable_external_access": False, "threads": 1})


def _find_root(text: str) -> Node:
    """Return the one expression of a text as DuckDB's parser reads it."""
    if len(text) > LONGEST:
        raise ExpressionError(f"it has {len(text):,} characters; at most {LONGEST:,} are read")
    with _open_parser().cursor() as con:
        found = con.execute("select json_serialize_sql('select (' || $text || chr(10) || ')')", {"text": text})
        row = found.fetchone()
    document = _load(row[0]) if row else {}
    if document.get("error", True):
        raise ExpressionError(f"it cannot be read: {document.get('error_message', 'not an expression')}")
    statements = document["statements"]
    node = statements[0]["node"]
    if len(statements) != 1 or not _is_bare(node):
        raise ExpressionError("it is more than one expression")
    root: Node = node["select_list"][0]
    return root


def _load(text: str) -> Node:
    try:
        document: Node = json.loads(text)
    except RecursionError as problem:
        raise ExpressionError(TOO_DEEP) from problem
    return document


def _check_depth(root: Node) -> None:
    """Raise ExpressionError where parts are nested deeper than a rule needs; nothing here calls itself."""
    level: list[Any] = [root]
    for _ in range(DEEPEST):
        level = [part for node in level for part in _list_inside(node)]
        if not level:
            return
    raise ExpressionError(TOO_DEEP)


def _list_inside(node: Node) -> list[Node]:
    """Return the expressions directly inside one."""
    inside = [node.get(name) for name in ("left", "right", "input", "lower", "upper")]
    return [each for each in (*inside, *node.get("children", ())) if isinstance(each, dict)]


def _is_bare(node: Node) -> bool:
    """Return whether a query is `select <one expression>` and nothing else."""
    silent = ("modifiers", "where_clause", "group_expressions", "group_sets", "having", "sample", "qualify")
    has_more = any(node.get(name) for name in silent) or bool(node.get("cte_map", {}).get("map"))
    is_plain = node.get("type") == "SELECT_NODE" and node["from_table"]["type"] == "EMPTY"
    return is_plain and not has_more and len(node["select_list"]) == 1 and not node["select_list"][0].get("alias")


def _read(node: Node) -> _Part:
    reader = READERS.get(node["class"])
    if reader is None:
        raise ExpressionError(f"{_name(node)} has no place in a rule; there are {WORDS}")
    return reader(node)


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
    return _Part("number", figure, frozenset({name}))


def _read_constant(node: Node) -> _Part:
    value = node["value"]
    kind, given = value["type"]["id"], value.get("value")
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
    return _join("truth", COMPARISONS[node["type"]](left.value, right.value), [left, right])


def _read_between(node: Node) -> _Part:
    parts = _read_all("number", [node["input"], node["lower"], node["upper"]], "between")
    figure, lower, upper = (part.value for part in parts)
    return _join("truth", (figure >= lower) & (figure <= upper), [*parts, parts[0]])


def _read_conjunction(node: Node) -> _Part:
    is_and = node["type"] == "CONJUNCTION_AND"
    parts = _read_all("truth", node["children"], "and" if is_and else "or")
    values = [part.value for part in parts]
    joined = reduce(pl.Expr.__and__ if is_and else pl.Expr.__or__, values)
    return _join("truth", joined, parts)


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
        return _join("truth", is_in if name == "COMPARE_IN" else ~is_in, [*parts, *parts[:1] * (len(parts) - 2)])
    if name == "OPERATOR_COALESCE":
        parts = [_read(child) for child in node["children"]]
        if len({part.kind for part in parts}) > 1:
            raise ExpressionError("coalesce mixes numbers with yes and no")
        return _join(parts[0].kind, pl.coalesce([part.value for part in parts]), parts)
    raise ExpressionError(f"{name.lower()} has no place in a rule; there are {WORDS}")


def _divide(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    # What is divided by nothing is not known, rather than larger than everything.
    return pl.when(right != 0).then(left / right)


def _where_known(value: pl.Expr, given: list[pl.Expr]) -> pl.Expr:
    return pl.when(pl.all_horizontal(each.is_not_null() for each in given)).then(value)


# Name -> how many arguments it has at least and at most, and what it does.
FUNCTIONS: Mapping[str, tuple[int, int, Callable[[list[pl.Expr]], pl.Expr]]] = {
    "+": (1, 2, lambda given: reduce(pl.Expr.__add__, given)),
    "-": (1, 2, lambda given: -given[0] if len(given) == 1 else given[0] - given[1]),
    "*": (2, 2, lambda given: given[0] * given[1]),
    "/": (2, 2, lambda given: _divide(given[0], given[1])),
    "abs": (1, 1, lambda given: given[0].abs()),
    "least": (2, 9, lambda given: _where_known(pl.min_horizontal(given), given)),
    "greatest": (2, 9, lambda given: _where_known(pl.max_horizontal(given), given)),
}


TWICE = frozenset({"/", "least", "greatest"})


def _read_function(node: Node) -> _Part:
    name, children = node["function_name"], node["children"]
    is_special = any(node.get(key) for key in ("filter", "distinct", "export_state", "schema", "catalog"))
    if name not in FUNCTIONS or is_special or node["order_bys"].get("orders"):
        raise ExpressionError(f"{name} has no place in a rule; there are {WORDS}")
    least, most, build = FUNCTIONS[name]
    if not least <= len(children) <= most:
        raise ExpressionError(f"{name} has {len(children)} arguments")
    parts = _read_all("number", children, name)
    # What is known only where all of it is known is looked at twice.
    return _join("number", build([part.value for part in parts]), [*parts, *parts] if name in TWICE else parts)


def _read_all(kind: Kind, nodes: Sequence[Node], where: str) -> list[_Part]:
    parts = [_read(node) for node in nodes]
    if any(part.kind != kind for part in parts):
        wanted = "numbers; a yes/no feature stands alone" if kind == "number" else "yes or no; compare the number"
        named = ", ".join(sorted({name for part in parts if part.kind != kind for name in part.columns})) or "a number"
        raise ExpressionError(f"{named}: {where} takes {wanted}")
    return parts


def _join(kind: Kind, value: pl.Expr, parts: Sequence[_Part]) -> _Part:
    """Return the whole; `parts` has each as often as it is evaluated.

    Raises:
        ExpressionError: it is evaluated in too many steps.
    """
    parts_n = 1 + sum(part.parts_n for part in parts)
    if parts_n > MOST_PARTS:
        raise ExpressionError(f"it takes more than {MOST_PARTS:,} steps to evaluate; write it as several rules")
    return _Part(kind, value, frozenset().union(*(part.columns for part in parts)), parts_n)


READERS: Mapping[str, Callable[[Node], _Part]] = {
    "COLUMN_REF": _read_column,
    "CONSTANT": _read_constant,
    "COMPARISON": _read_comparison,
    "BETWEEN": _read_between,
    "CONJUNCTION": _read_conjunction,
    "OPERATOR": _read_operator,
    "FUNCTION": _read_function,
}
