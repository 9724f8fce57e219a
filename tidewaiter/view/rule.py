"""What a rule that holds rows means, from the contract that has it, and what to do about the rows.

Belongs here: rule name -> sentence, columns, advice.
Belongs elsewhere: the rules themselves (data_quality/contracts, data_quality/hold.py), the held rows (held_row.py).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from data_quality.codes import load_codes
from data_quality.contract import Column, Contract, Rule, load_contract
from data_quality.hold import LONGEST_TEXT
from tidewaiter.ingest.feed import Feed, Link

CODES_SHOWN = 12
ASK = "ask the sender for these rows again, correct, and give the file to `tidewaiter replay`"
CONFLICT_ADVICE = "find out which is right; have it filed again with a later filed_at, record_status amended"
ORPHAN_ADVICE = "look at the parent: held itself, in a refused file, or not sent; these rows follow it"
# What no contract can say, because it is not about a column: rules that readers give.
READER_RULES: Mapping[str, str] = {
    "wrong_column_count": "the line has more or fewer fields than the header; often a comma in a text without quotes",
    "amendment_without_bill": "an amendment names a bill and does not bring its details",
}
CONFLICT, ORPHAN = "conflicting_duplicate", "orphan_"


@dataclass(frozen=True)
class Meaning:
    """A rule in words: what it says, the columns it looks at, what to do about rows that break it."""

    sentence: str
    columns: tuple[str, ...] = ()
    advice: str = ASK


UNKNOWN = Meaning("no contract of this version has a rule of that name; run the date again", (), "run the date again")


def explain_rule(feed: Feed, rule: str, record: str | None = None) -> Meaning:
    """Return what a rule of a feed means; one that no contract of this version has says so.

    Args:
        record: the raw table whose row breaks it, where several have a rule of that name.
    """
    if rule in READER_RULES:
        return Meaning(READER_RULES[rule])
    if rule.startswith(ORPHAN):
        return _explain_orphan(feed, rule)
    for table in (record,) if record in feed.tables else feed.tables:
        found = _explain(load_contract(str(table)), rule)
        if found:
            return found
    return UNKNOWN


def _explain(contract: Contract, rule: str) -> Meaning | None:
    if rule == CONFLICT:
        key = ", ".join(contract.key)
        said = f"rows with the same {key} and other content; none of them can be taken for the right one"
        return Meaning(said, contract.key, CONFLICT_ADVICE)
    for column in contract.columns:
        for each in column.rules:
            if each.name == rule:
                return Meaning(
                    f"{_name(column)} {_WORDS[each.expectation](each, column)}", (column.name,), _advise(each)
                )
    for each in contract.table_rules:
        if each.name == rule:
            return _explain_table_rule(contract, each)
    return _explain_built_in(contract, rule)


def _explain_built_in(contract: Contract, rule: str) -> Meaning | None:
    """Explain a rule that follows from a column's type, length or being required."""
    for column in contract.columns:
        for prefix, write in _BUILT_IN.items():
            if rule == f"{prefix}_{column.name}":
                return Meaning(f"{_name(column)} {write(column)}", (column.name,))
    return None


def _explain_table_rule(contract: Contract, rule: Rule) -> Meaning:
    if rule.expectation == "expect_column_pair_values_a_to_be_greater_than_b":
        first, second = str(rule.arguments["column_A"]), str(rule.arguments["column_B"])
        after = "at or after" if rule.arguments.get("or_equal") else "after"
        said = f"{_name(contract.column(first))} has to be {after} {_name(contract.column(second))}"
        return Meaning(said, (first, second))
    where = str(rule.arguments["unexpected_rows_query"]).partition(" where ")[2]
    columns = tuple(name for name in contract.column_names if re.search(rf"\b{name}\b", where))
    return Meaning(f"no row may have {where}; {'; '.join(_name(contract.column(each)) for each in columns)}", columns)


def _explain_orphan(feed: Feed, rule: str) -> Meaning:
    link = next((link for link in feed.links if rule == ORPHAN + _noun(link.child)), None)
    if link is None:
        return Meaning("its parent row is not kept", (), ORPHAN_ADVICE)
    return Meaning(_describe_link(link), link.columns, ORPHAN_ADVICE)


def _describe_link(link: Link) -> str:
    return f"no kept row of {link.parent} has its {', '.join(link.columns)}"


def _noun(table: str) -> str:
    return table.split(".")[1]


def _name(column: Column) -> str:
    return f"{column.name} ({column.description})"


def _advise(rule: Rule) -> str:
    if not rule.code_list:
        return ASK
    place = "policy/findings.yml" if rule.code_list == "finding" else f"data_quality/codes/{rule.code_list}.csv"
    return f"if the code is right, add it to {place} and run the date again; otherwise {ASK}"


def _write_set(rule: Rule, _: Column) -> str:
    if rule.code_list == "finding":
        return "has to be a finding code of policy/findings.yml"
    codes = list(load_codes()[rule.code_list] if rule.code_list else map(str, rule.arguments["value_set"]))
    more = f" and {len(codes) - CODES_SHOWN} more" if len(codes) > CODES_SHOWN else ""
    return f"has to be one of {', '.join(codes[:CODES_SHOWN])}{more}"


def _write_pattern(rule: Rule, column: Column) -> str:
    example = f", for example {column.examples[0]}" if column.examples else ""
    return f"has to match {rule.arguments['regex']}{example}"


def _write_range(rule: Rule, column: Column) -> str:
    low, high = rule.arguments.get("min_value"), rule.arguments.get("max_value")
    parts = []
    if low is not None:
        parts.append(f"{'more than' if rule.arguments.get('strict_min') else 'at least'} {low:,}")
    if high is not None:
        parts.append(f"{'less than' if rule.arguments.get('strict_max') else 'at most'} {high:,}")
    return f"has to be {' and '.join(parts)}{f' {column.unit}' if column.unit else ''}"


def _write_length(rule: Rule, _: Column) -> str:
    low, high = rule.arguments.get("min_value", 0), rule.arguments.get("max_value", LONGEST_TEXT)
    return f"has to have {low} characters" if low == high else f"has to have {low} to {high:,} characters"


_WORDS: Mapping[str, Callable[[Rule, Column], str]] = {
    "expect_column_values_to_be_in_set": _write_set,
    "expect_column_values_to_match_regex": _write_pattern,
    "expect_column_values_to_be_between": _write_range,
    "expect_column_value_lengths_to_be_between": _write_length,
}
_TYPES = {
    "timestamp": "a time, such as 2026-11-19T14:03:00Z",
    "date": "a date, such as 2026-11-19",
    "boolean": "true or false",
}


def _write_type(column: Column) -> str:
    kind = _TYPES.get(column.sql_type, "a whole number" if "int" in column.sql_type else "a number")
    return f"has to be {kind}"


_BUILT_IN: Mapping[str, Callable[[Column], str]] = {
    "missing": lambda _: "is required and is empty",
    "unreadable": _write_type,
    "too_long": lambda column: f"has to have at most {column.max_length or LONGEST_TEXT:,} characters",
    "unprintable": lambda _: "has control characters, or marks that turn the direction of text",
}
