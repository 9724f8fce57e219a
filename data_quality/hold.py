"""Splits rows as read into kept and held by the rules of their contract.

Belongs here: contract rule -> SQL predicate, and the one scan that applies them all.
Belongs elsewhere: cleaning and casting (cast.py), rows that share a key (twin.py), the same rules as a Great
Expectations suite (suites.py), reading files (tidewaiter/ingest).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb

from data_quality.cast import EDGE, UNPRINTABLE, as_filed, typed_select
from data_quality.codes import is_in_force
from data_quality.contract import Column, Contract, Rule
from data_quality.relation import count_rows, drop_relation, is_table
from data_quality.twin import find_twins
from tidewaiter.errors import ContractError

LONGEST_TEXT = 4000
UNPRINTABLE_RULE = "unprintable_"
BROKEN = (
    "raw_row bigint, source_file varchar, source_line bigint, source_sha256 varchar, raw_text varchar, "
    "broken_rules varchar[]"
)

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
    texts: list[str] = field(default_factory=list)

    def bind(self, value: object) -> str:
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f"${name}"

    @property
    def any_broken(self) -> str:
        """True where some rule is broken; characters that do not print are looked for in odd rows, in all texts."""
        others = [predicate for name, predicate in self.broken.items() if not name.startswith(UNPRINTABLE_RULE)]
        together = f"concat({', '.join(self.texts)})"
        unprintable = f"is_odd and {_find_unprintable(together)}"
        return " or ".join([*others, *([unprintable] if self.texts else [])]) or "false"


def split_rows(con: duckdb.DuckDBPyConnection, contract: Contract, codes: Codes, landed_on: date) -> HoldResult:
    """Make the views `kept_<noun>` (typed) and `held_<noun>` (as filed, with broken_rules) over `raw_<noun>`.

    Every row of the raw table is in exactly one of the two. Neither is a copy: the rows that break a rule are in
    `broken_<noun>`, and the numbers of all rows that are not kept in `left_out_<noun>`. Both can be added to.
    """
    noun = contract.noun
    _number_rows(con, noun)
    predicates = build_predicates(contract, codes, as_read=True)
    edged = _find_broken(con, contract, predicates)
    _create_kept(con, contract, landed_on, edged)
    find_twins(con, contract)
    con.execute(
        f"""
        create or replace temp table suspect_{noun} as select * from numbered_{noun}
        semi join (from left_out_{noun} union from twin_row_{noun}) using (raw_row) order by raw_row
        """
    )
    _name_broken(con, contract, predicates)
    drop_relation(con, f"held_{noun}")
    con.execute(f"create temp view held_{noun} as {_held_select(contract)}")
    held_n = count_rows(con, f"broken_{noun}")
    return HoldResult(noun, count_rows(con, f"raw_{noun}") - held_n, held_n)


def _name_broken(con: duckdb.DuckDBPyConnection, contract: Contract, predicates: Predicates) -> None:
    """Make `broken_<noun>`; where no row breaks a rule, the plan of naming them is spared."""
    noun = contract.noun
    if count_rows(con, f"left_out_{noun}"):
        query = _name_rules(contract, predicates)
        con.execute(f"create or replace temp table broken_{noun} as {query}", predicates.values)
    else:
        con.execute(f"create or replace temp table broken_{noun} ({BROKEN})")


def _number_rows(con: duckdb.DuckDBPyConnection, noun: str) -> None:
    """Make sure that there is `numbered_<noun>`: the raw rows with a number each, `raw_row`."""
    if is_table(con, f"raw_{noun}"):
        con.execute(f"create or replace temp view numbered_{noun} as select *, rowid as raw_row from raw_{noun}")


def _find_broken(con: duckdb.DuckDBPyConnection, contract: Contract, predicates: Predicates) -> frozenset[str]:
    """Make `left_out_<noun>`, the numbers of the rows that break a rule, in one scan of the raw table.

    Returns the columns of which trimming changes a value. The rows come out of an aggregate because the
    optimizer would put a filter where the columns are read, and write every step out again for each mention of one.
    """
    source = typed_select(contract, f"numbered_{contract.noun}", also=("reject_rule",), is_judged=True)
    edges = "".join(f", bool_or({EDGE}{name})" for name in contract.column_names)
    # A case looks at a second condition only in the rows that the first one leaves; a plain `or` at both in every row.
    broken = f"case when reject_rule is not null or {predicates.any_broken} then true else false end"
    query = f"select coalesce(list(raw_row) filter (where {broken}), []) as broken{edges} from ({source})"
    con.execute(f"create or replace temp table scanned as {query}", predicates.values)
    con.execute(
        f"create or replace temp table left_out_{contract.noun} as "
        "select unnest(broken)::bigint as raw_row from scanned order by raw_row"
    )
    (facts,) = con.execute("select * exclude (broken) from scanned").fetchall()
    con.execute("drop table scanned")
    return frozenset(name for name, found in zip(contract.column_names, facts, strict=True) if found)


def _create_kept(con: duckdb.DuckDBPyConnection, contract: Contract, landed_on: date, edged: frozenset[str]) -> None:
    noun = contract.noun
    rows = f"(from numbered_{noun} anti join left_out_{noun} using (raw_row))"
    kept = typed_select(contract, rows, trimmed=edged)
    con.execute(
        f"create or replace temp view kept_numbered_{noun} as select *, date '{landed_on}' as landed_on from ({kept})"
    )
    drop_relation(con, f"kept_{noun}")
    con.execute(f"create temp view kept_{noun} as select * exclude (raw_row) from kept_numbered_{noun}")


def _name_rules(contract: Contract, predicates: Predicates) -> str:
    """Select the rows that break a rule, as filed, each with the names of all the rules that it breaks."""
    names = ", ".join(
        f"case when {predicate} then {predicates.bind(name)} end" for name, predicate in predicates.broken.items()
    )
    noun = contract.noun
    rows = f"(select *, {as_filed(contract)} as filed from suspect_{noun} semi join left_out_{noun} using (raw_row))"
    source = typed_select(contract, rows, also=("reject_rule", "filed"), is_judged=True)
    return f"""
        select raw_row, source_file, source_line, source_sha256, filed as raw_text,
            case when reject_rule is not null then [reject_rule]
                else list_sort(list_filter([{names}], lambda name: name is not null)) end as broken_rules
        from ({source}) order by raw_row
    """


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
    # Bytes are counted first: they are known, and never fewer than characters.
    found.broken[f"too_long_{column.name}"] = f"strlen({column.name}) > {limit} and length({column.name}) > {limit}"
    found.broken[f"{UNPRINTABLE_RULE}{column.name}"] = _find_unprintable(column.name)
    found.texts.append(column.name)


def _find_unprintable(text: str) -> str:
    return f"regexp_matches({text}, '{UNPRINTABLE}')"


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
    return f"""
        select source_file, source_line, source_sha256, '{contract.table}' as record, raw_text, broken_rules
        from broken_{contract.noun} order by source_file, source_line, raw_row
    """
