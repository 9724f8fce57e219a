"""From the text of an expression to its nodes, as DuckDB's own parser reads them; nothing is evaluated.

Belongs here: how long and how deep an expression may be, that it is one expression.
Belongs elsewhere: what its nodes may be and mean (expression.py).
"""

import json
from functools import cache
from typing import Any

import duckdb

LONGEST = 1_000
DEEPEST = 60
TOO_DEEP = f"it has more than {DEEPEST} parts inside each other; write it flat, or as several rules"
Node = dict[str, Any]


class ExpressionError(ValueError):
    """An expression is not one that a rule may have; the text says which part and why."""


def find_root(text: str) -> Node:
    """Return the one expression of a text.

    Raises:
        ExpressionError: it cannot be read, is too long or too deep, or is more than one expression.
    """
    root = _parse(text)
    _check_depth(root)
    return root


@cache
def _open_parser() -> duckdb.DuckDBPyConnection:
    """Return an empty database that reads expressions and runs none of them."""
    return duckdb.connect(config={"enable_external_access": False, "threads": 1})


def _parse(text: str) -> Node:
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
        level = [part for node in level for part in list_inside(node)]
        if not level:
            return
    raise ExpressionError(TOO_DEEP)


def list_inside(node: Node) -> list[Node]:
    """Return the expressions directly inside one."""
    inside = [node.get(name) for name in ("left", "right", "input", "lower", "upper")]
    return [each for each in (*inside, *node.get("children", ())) if isinstance(each, dict)]


def _is_bare(node: Node) -> bool:
    """Return whether a query is `select <one expression>` and nothing else."""
    silent = ("modifiers", "where_clause", "group_expressions", "group_sets", "having", "sample", "qualify")
    has_more = any(node.get(name) for name in silent) or bool(node.get("cte_map", {}).get("map"))
    is_plain = node.get("type") == "SELECT_NODE" and node["from_table"]["type"] == "EMPTY"
    return is_plain and not has_more and len(node["select_list"]) == 1 and not node["select_list"][0].get("alias")


def find_truth(node: Node) -> str | None:
    """Return true or false where the node is one of these words, in whatever way it is written."""
    if node["class"] == "CAST" and node["cast_type"]["id"] == "BOOLEAN":
        given = node["child"].get("value")
        return {"t": "true", "f": "false"}.get(str(given["value"])) if given else None
    if node["class"] == "CONSTANT" and node["value"]["type"]["id"] == "BOOLEAN":
        return str(node["value"]["value"]).lower()
    return None
