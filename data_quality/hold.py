"""Splits rows as read into kept and held by the rules of their contract.

Belongs here: contract rule -> SQL predicate, and the one scan that applies them all.
Belongs elsewhere: the same rules as a Great Expectations suite (suites.py), reading files (tidewaiter/ingest).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb

from data_quality.codes import is_in_force
from data_quality.contract import Column, Contract, Rule
from tidewaiter.errors import ContractError

# Control characters except tab and line breaks, and the bidirectional overrides that disguise text.
UNPRINTABLE = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F\x{200E}\x{200F}\x{202A}-\x{202E}\x{2066}-\x{2069}]"
LONGEST_TEXT = 4000
FIRST_MOMENT, LAST_MOMENT = "1950-01-01", "2100-01-01"

Codes = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class HoldResult:
    """How many rows of one raw table went where."""

    noun: str
    kept_n: int
    held_n: int


@dataclass
class Predicates:
    """SQL that is true where a row breaks a rule, by rule name, and the values it binds."""

    codes: Codes
    broken: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)

    def bind(self, value: object) -> str:
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f"${name}"


def split_rows(con: duckdb.DuckDBPyConnection, contract: Contract, codes: Codes, landed_on: date) -> HoldResult:
    """Make `kept_<noun>` (typed) and `held_<noun>` (as filed, with broken_rules) from `raw_<noun>`.

    Every row of the raw table is in exactly one of the two. Tables of the same name are replaced.
    """
    noun = contract.noun
    predicates = build_predicates(contract, codes, as_read=True)
    judged = _judged_select(contract, predicates)
    con.execute(
        f"create or replace temp table judged_{noun} as {judged}", {**predicates.values, "landed_on": landed_on}
    )
    con.execute(f"create or replace temp table held_{noun} as {_held_select(contract)}", {"record": contract.table})
    con.execute(f"create or replace temp table kept_{noun} as {_kept_select(contract)}")
    con.execute(f"drop table judged_{noun}")
    return HoldResult(noun, _count(con, f"kept_{noun}"), _count(con, f"held_{noun}"))


def _judged_select(contract: Contract, predicates: Predicates) -> str:
    """Select each row typed, with the rules it breaks: null where it breaks none, found by the cheap test first."""
    names = ", ".join(
        f"case when {predicate} then {predicates.bind(name)} end" for name, predicate in predicates.broken.items()
    )
    any_broken = " or ".join(f"coalesce({predicate}, false)" for predicate in predicates.broken.values())
    return f"""
        select *, case when reject_rule is not null then [reject_rule]
            when {any_broken} then list_sort(list_filter([{names}], lambda name: name is not null)) end as broken_rules
        from ({_typed_select(contract)})
    """


def _typed_select(contract: Contract) -> str:
    """Select each column cleaned and cast, beside the text as read (`text_<name>`) of those that a cast can lose."""
    typed = [f"{_cast(column)} as {column.name}" for column in contract.columns]
    texts = [f"{_clean(column)} as text_{column.name}" for column in contract.columns if not column.is_text]
    return f"""
        select {", ".join(typed + texts)}, source_file, source_line, source_sha256, $landed_on as landed_on,
            reject_rule, rowid as raw_row
        from raw_{contract.noun}
    """


def _clean(column: Column) -> str:
    return f"nullif(trim({column.transform or column.name}), '')"


def _cast(column: Column) -> str:
    if column.is_text:
        return _clean(column)
    if column.sql_type == "timestamp":
        return _within_reason(f"try_cast({_clean(column)} as timestamptz) at time zone 'UTC'")
    if column.sql_type == "date":
        return _within_reason(f"try_cast({_clean(column)} as date)")
    return f"try_cast({_clean(column)} as {column.sql_type})"


def _within_reason(moment: str) -> str:
    """Take infinity and years that no feed can mean for unreadable."""
    return f"case when {moment} between '{FIRST_MOMENT}' and '{LAST_MOMENT}' then {moment} end"


def build_predicates(contract: Contract, codes: Codes, *, as_read: bool) -> Predicates:
    """Return the predicate of every rule that a row can break.

    Args:
        as_read: whether the table has the text of each cast column (`text_<name>`) beside it.
    """
    found = Predicates(codes)
    for column in contract.columns:
        text = f"text_{column.name}" if as_read and not column.is_text else column.name
        if column.required:
            found.broken[f"missing_{column.name}"] = f"{text} is null"
        if as_read and not column.is_text:
            found.broken[f"unreadable_{column.name}"] = f"{text} is not null and {column.name} is null"
        if as_read and column.is_text:
            _add_text_rules(found, column)
        for rule in column.rules:
            if is_in_force(rule.code_list, codes):
                _add_rule(found, rule)
    for rule in contract.table_rules:
        if rule.expectation in _ROW_RULES:
            _add_rule(found, rule)
    return found


def _add_text_rules(found: Predicates, column: Column) -> None:
    limit = found.bind(column.max_length or LONGEST_TEXT)
    found.broken[f"too_long_{column.name}"] = f"length({column.name}) > {limit}"
    found.broken[f"unprintable_{column.name}"] = f"regexp_matches({column.name}, '{UNPRINTABLE}')"


def _add_rule(found: Predicates, rule: Rule) -> None:
    if rule.severity != "error":
        return
    if rule.expectation not in _TRANSLATIONS:
        raise ContractError(f"rule {rule.name}: {rule.expectation} cannot hold a row.", fix="make it a table rule")
    found.broken[rule.name] = f"not ({_TRANSLATIONS[rule.expectation](found, rule)})"


def _in_set(found: Predicates, rule: Rule) -> str:
    values = found.codes[rule.code_list] if rule.code_list else rule.arguments["value_set"]
    return f"list_contains({found.bind(list(values))}, {rule.column})"


def _match_regex(found: Predicates, rule: Rule) -> str:
    return f"regexp_matches({rule.column}, {found.bind(rule.arguments['regex'])})"


def _between(found: Predicates, rule: Rule) -> str:
    parts = []
    if (low := rule.arguments.get("min_value")) is not None:
        parts.append(f"{rule.column} {'>' if rule.arguments.get('strict_min') else '>='} {found.bind(low)}")
    if (high := rule.arguments.get("max_value")) is not None:
        parts.append(f"{rule.column} {'<' if rule.arguments.get('strict_max') else '<='} {found.bind(high)}")
    return " and ".join(parts)


def _lengths_between(found: Predicates, rule: Rule) -> str:
    low, high = rule.arguments.get("min_value", 0), rule.arguments.get("max_value", LONGEST_TEXT)
    return f"length({rule.column}) between {found.bind(low)} and {found.bind(high)}"


def _pair_ordered(_found: Predicates, rule: Rule) -> str:
    sign = ">=" if rule.arguments.get("or_equal") else ">"
    return f"{_name(rule.arguments['column_A'])} {sign} {_name(rule.arguments['column_B'])}"


def _unexpected_rows(_found: Predicates, rule: Rule) -> str:
    query = str(rule.arguments["unexpected_rows_query"])
    head, _, predicate = query.partition(" where ")
    if head != "select * from {batch}" or not predicate:
        raise ContractError(f"rule {rule.name}: {query!r} is not `select * from {{batch}} where …`.")
    return f"not ({predicate})"


def _name(given: object) -> str:
    return f'"{str(given).replace(chr(34), "")}"'


_ROW_RULES: Mapping[str, Callable[[Predicates, Rule], str]] = {
    "expect_column_pair_values_a_to_be_greater_than_b": _pair_ordered,
    "unexpected_rows_expectation": _unexpected_rows,
}
_TRANSLATIONS: Mapping[str, Callable[[Predicates, Rule], str]] = {
    "expect_column_values_to_be_in_set": _in_set,
    "expect_column_values_to_match_regex": _match_regex,
    "expect_column_values_to_be_between": _between,
    "expect_column_value_lengths_to_be_between": _lengths_between,
    **_ROW_RULES,
}
SUPPORTED_EXPECTATIONS = frozenset(_TRANSLATIONS)


def _held_select(contract: Contract) -> str:
    as_read = ", ".join(f"{name} := raw.{name}" for name in contract.column_names)
    return f"""
        select raw.source_file, raw.source_line, raw.source_sha256, $record as record,
            coalesce(raw.raw_text, to_json(struct_pack({as_read}))::varchar) as raw_text, judged.broken_rules
        from judged_{contract.noun} as judged join raw_{contract.noun} as raw on raw.rowid = judged.raw_row
        where judged.broken_rules is not null
        order by raw.source_file, raw.source_line, raw.rowid
    """


def _kept_select(contract: Contract) -> str:
    return f"""
        select {", ".join(contract.column_names)}, source_file, source_line, source_sha256, landed_on
        from judged_{contract.noun} where broken_rules is null
        order by source_file, source_line, raw_row
    """


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(con.execute(f"select count(*) from {table}").fetchall()[0][0])
