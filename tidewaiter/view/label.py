"""Columns and values of the lake in words: a label for a column, a value with its unit or what its code means.

Belongs here: words that follow from a contract.
Belongs elsewhere: wording of figures (tidewaiter/targeting/figure.py), definitions (data_quality/contracts).
"""

from datetime import datetime

from data_quality.codes import load_codes
from data_quality.contract import load_contract
from tidewaiter.targeting.figure import write_figure, write_number

PREFIXES = ("is_", "has_", "was_")
SUFFIXES = ("_usd", "_kg", "_n", "_days", "_at", "_on", "_code")
FIGURE_UNITS = frozenset({"USD", "kg"})


def label_column(name: str) -> str:
    """Return a column's name in words, without the parts that state its kind and unit."""
    for prefix in PREFIXES:
        name = name.removeprefix(prefix)
    for suffix in SUFFIXES:
        name = name.removesuffix(suffix)
    return name.replace("_", " ")


def write_value(table: str, column: str, value: object) -> str:
    """Return a value of a table's column as a person reads it, a code as it is; empty for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    unit = load_contract(table).column(column).unit
    if unit in FIGURE_UNITS:
        return write_figure(float(str(value)), unit)
    if unit == "count":
        return write_number(float(str(value)))
    return str(value)


def explain_value(table: str, column: str, value: object) -> str:
    """Return a value as `write_value` does, a code with its meaning."""
    written = write_value(table, column, value)
    lists = [rule.code_list for rule in load_contract(table).column(column).rules if rule.code_list]
    meaning = load_codes()[lists[0]].get(written) if lists else None
    return f"{written} ({meaning})" if meaning else written
