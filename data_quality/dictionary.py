"""Writes docs/data_dictionary.md: what every table and column means, from the contracts.

Belongs here: contracts -> Markdown.
Belongs elsewhere: what the contracts say (contracts), the dictionary inside a release (tidewaiter/release).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from data_quality.contract import Column, Contract, Rule, load_contracts
from data_quality.outcome import columns_of
from data_quality.suites import build_suite

PATH = Path(__file__).resolve().parent.parent / "docs" / "data_dictionary.md"
INTRODUCTION = """\
# Data dictionary

What every table promises: its grain, its columns and the rules that its rows keep. A row that breaks a rule of a `raw`
table is held under the name of the rule; any other table is published only when all its rules of severity error hold.

This page is made from `data_quality/contracts`; change it there, then run `python -m data_quality.dictionary`.

- **Class** says who may see a column: *public*; *business*, which stays among the officers; *personal*, which is masked
  and never leaves in a release.
- **Key** numbers the columns that together tell rows apart. **Required** columns are never empty.
- Units ending in `_share` run from 0 to 1; `_at` is a UTC timestamp and `_on` a date.
"""
COLUMN_HEADINGS = ("Column", "Type", "Unit", "Required", "Key", "Class", "Meaning", "Rules")


def render_dictionary() -> str:
    """Return the page, tables in the order of their names."""
    contracts = sorted(load_contracts().values(), key=lambda contract: contract.table)
    layers = [(layer, list(tables)) for layer, tables in groupby(contracts, key=lambda each: each.table.split(".")[0])]
    parts = [INTRODUCTION, "\n".join(_list_tables(layer, tables) for layer, tables in layers) + "\n"]
    parts += [_render_table(contract) for _, tables in layers for contract in tables]
    return "\n".join(parts)


def write_dictionary(path: Path = PATH) -> None:
    """Write the page to its file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render_dictionary(), encoding="utf-8")


def describe_rule(rule: Rule) -> str:
    """Return what a rule asks for, in words."""
    if rule.expectation in PHRASES:
        mostly = rule.arguments.get("mostly")
        return PHRASES[rule.expectation](rule) + (f" in {mostly:.0%} of rows" if mostly else "")
    # Any other expectation may stand in a contract too: its own name says what it asks for.
    given = ", ".join(f"{name} = {value}" for name, value in rule.arguments.items())
    return f"{rule.expectation.removeprefix('expect_').replace('_', ' ')} ({given})"


def _phrase_set(rule: Rule) -> str:
    if rule.code_list is not None:
        return f"one of the code list {rule.code_list}"
    return "one of " + ", ".join(f"`{value}`" for value in rule.arguments["value_set"])


def _phrase_range(rule: Rule) -> str:
    low, high = rule.arguments.get("min_value"), rule.arguments.get("max_value")
    above = f"{'>' if rule.arguments.get('strict_min') else '≥'} {low}"
    below = f"{'<' if rule.arguments.get('strict_max') else '≤'} {high}"
    return " and ".join(part for part, bound in ((above, low), (below, high)) if bound is not None)


def _phrase_order(rule: Rule) -> str:
    return f"{rule.arguments['column_A']} {'≥' if rule.arguments.get('or_equal') else '>'} {rule.arguments['column_B']}"


PHRASES: Mapping[str, Callable[[Rule], str]] = {
    "expect_column_values_to_be_in_set": _phrase_set,
    "expect_column_values_to_match_regex": lambda rule: f"matches `{rule.arguments['regex']}`",
    "expect_column_values_to_be_between": _phrase_range,
    "expect_column_value_lengths_to_be_between": lambda rule: f"{_phrase_range(rule)} characters",
    "expect_column_pair_values_a_to_be_greater_than_b": _phrase_order,
    "expect_column_values_to_be_unique": lambda rule: f"no value of {', '.join(columns_of(rule))} twice",
    "expect_compound_columns_to_be_unique": lambda rule: (
        f"no two rows alike in {', '.join(rule.arguments['column_list'])}"
    ),
    "unexpected_rows_expectation": lambda rule: f"no row in `{rule.arguments['unexpected_rows_query']}`",
}


def _list_tables(layer: str, contracts: Sequence[Contract]) -> str:
    links = ", ".join(f"[{contract.noun}](#{contract.table.replace('.', '')})" for contract in contracts)
    return f"- `{layer}`: {links}"


def _render_table(contract: Contract) -> str:
    lines = [
        f"## {contract.table}",
        "",
        contract.description,
        "",
        f"One row: {contract.grain}. Contract version {contract.version}.",
        "",
        _row(COLUMN_HEADINGS),
        _row(["---"] * len(COLUMN_HEADINGS)),
        *(_row(_column_cells(column)) for column in contract.columns),
        "",
    ]
    whole = list(_table_rules(contract))
    return "\n".join([*lines, "Rules of the whole table:", "", *whole, ""] if whole else lines)


def _table_rules(contract: Contract) -> Iterator[str]:
    for rule in build_suite(contract):
        if rule.name == "repeated_key" or rule in contract.table_rules:
            yield f"- **{rule.name}**: {describe_rule(rule)}{_severity(rule)}"


def _column_cells(column: Column) -> list[str]:
    examples = ", ".join(f"`{example}`" for example in column.examples)
    rules = [f"{describe_rule(rule)}{_severity(rule)}" for rule in column.rules]
    longest = [f"≤ {column.max_length} characters"] if column.max_length is not None else []
    return [
        f"`{column.name}`",
        column.sql_type.lower(),
        column.unit or "",
        "yes" if column.required else "",
        str(column.key_position or ""),
        column.classification,
        column.description + (f"; for example {examples}" if examples else ""),
        "; ".join([*longest, *rules]),
    ]


def _severity(rule: Rule) -> str:
    return "" if rule.severity == "error" else f" ({rule.severity})"


def _row(cells: Sequence[str]) -> str:
    """Return a Markdown table row; a bar inside a cell would end it."""
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


if __name__ == "__main__":
    write_dictionary()
