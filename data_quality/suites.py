"""Turns a contract into the checks of its table: its schema, then the suite that Great Expectations runs.

Belongs here: contract -> rules, and both kinds of check over one table.
Belongs elsewhere: running expectations (engine.py), rules that hold single rows (hold.py), Dagster checks (checks.py).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

import duckdb

from data_quality.codes import is_in_force
from data_quality.contract import Column, Contract, Rule
from data_quality.engine import check_name, validate
from data_quality.outcome import CheckOutcome, columns_of

SCHEMA = "schema"


def evaluate_table(
    con: duckdb.DuckDBPyConnection,
    relation: str,
    contract: Contract,
    codes: Mapping[str, Collection[str]],
    *,
    beside: Collection[str] = (),
    more: Sequence[Rule] = (),
) -> tuple[CheckOutcome, ...]:
    """Return the outcome of the schema check, then that of each rule of the suite.

    A rule about a column that is not there comes back as an error; the schema check says what is missing.

    Args:
        beside: columns that may stand beside the promised ones, such as where a kept row came from.
        more: rules of the night besides the contract's; their outcomes come last.
    """
    rules = [rule for rule in build_suite(contract, more) if is_in_force(rule.code_list, codes)]
    present = set(con.table(check_name(relation)).columns)
    runnable = [rule for rule in rules if columns_of(rule) <= present]
    shown = set(contract.column_names) - contract.personal_names
    done = iter(validate(con, relation, runnable, codes=codes, shown=shown))
    suite = [next(done) if columns_of(rule) <= present else _miss_column(rule) for rule in rules]
    found = (_judge_schema(check_schema(con, relation, contract, beside=beside)), *suite)
    return tuple(replace(outcome, table=contract.table) for outcome in found)


def build_suite(contract: Contract, more: Sequence[Rule] = ()) -> tuple[Rule, ...]:
    """Return what Great Expectations checks on a table, in the order of the contract, then the rules given besides.

    Rules that also hold single rows have the names that `broken_rules` gives them.
    """
    columns = [rule for column in contract.columns for rule in _column_rules(column)]
    promised = Rule(
        "promised_columns",
        "expect_table_columns_to_match_set",
        {"column_set": list(contract.column_names), "exact_match": False},
        "error",
    )
    return (promised, *columns, *_key_rules(contract), *contract.table_rules, *more)


def check_schema(
    con: duckdb.DuckDBPyConnection, relation: str, contract: Contract, *, beside: Collection[str] = ()
) -> tuple[str, ...]:
    """Return a sentence for each column that is missing, not promised or of another type; none when all is as promised.

    Raises:
        duckdb.CatalogException: when there is no such relation.
    """
    table = con.table(check_name(relation))
    found = {name: str(kind) for name, kind in zip(table.columns, table.types, strict=True)}
    promised = {column.name: str(duckdb.sqltype(column.sql_type)) for column in contract.columns}
    missing = [f"{name} is missing" for name in promised if name not in found]
    changed = [
        f"{name} is {found[name]}, promised is {kind}"
        for name, kind in promised.items()
        if name in found and found[name].lower() != kind.lower()
    ]
    unknown = [f"{name} is not promised" for name in found if name not in promised and name not in beside]
    return (*missing, *changed, *unknown)


def _column_rules(column: Column) -> Iterator[Rule]:
    if column.required:
        yield Rule(f"missing_{column.name}", "expect_column_values_to_not_be_null", {}, "error", column.name)
    if column.max_length is not None:
        longest = {"max_value": column.max_length}
        yield Rule(
            f"too_long_{column.name}", "expect_column_value_lengths_to_be_between", longest, "error", column.name
        )
    yield from column.rules


def _key_rules(contract: Contract) -> Iterator[Rule]:
    if len(contract.key) == 1:
        yield Rule("repeated_key", "expect_column_values_to_be_unique", {}, "error", contract.key[0])
    elif contract.key:
        together = {"column_list": list(contract.key)}
        yield Rule("repeated_key", "expect_compound_columns_to_be_unique", together, "error")


def _judge_schema(differences: Collection[str]) -> CheckOutcome:
    return CheckOutcome(
        rule=SCHEMA,
        column=None,
        expectation=SCHEMA,
        severity="error",
        passed=not differences,
        observed="; ".join(differences) or None,
    )


def _miss_column(rule: Rule) -> CheckOutcome:
    error = "the table lacks a column that the rule is about"
    return CheckOutcome(rule.name, rule.column, rule.expectation, rule.severity, passed=False, error=error)
