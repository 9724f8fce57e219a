"""Checks a table's contract in one scan, without Great Expectations: for dates that are rebuilt by the dozen.

Belongs here: the row rules of hold.py counted over a table, its key and its schema.
Belongs elsewhere: the night's own validation (suites.py), which says the same of the same table.
"""

from dataclasses import replace

import duckdb

from data_quality.contract import Contract
from data_quality.hold import SUPPORTED_EXPECTATIONS, Codes, build_predicates
from data_quality.outcome import CheckOutcome
from data_quality.suites import SCHEMA, check_schema

ENGINE = "one_scan"


def is_covered(contract: Contract) -> bool:
    """Return whether every rule of the contract is one that a scan counts: of severity error, about single rows."""
    rules = [*contract.table_rules, *(rule for column in contract.columns for rule in column.rules)]
    return all(rule.severity == "error" and rule.expectation in SUPPORTED_EXPECTATIONS for rule in rules)


def scan_table(
    con: duckdb.DuckDBPyConnection, relation: str, contract: Contract, codes: Codes
) -> tuple[CheckOutcome, ...]:
    """Return the outcome of the schema check, and when that holds, of every row rule and the key."""
    differences = check_schema(con, relation, contract)
    schema = CheckOutcome(SCHEMA, None, ENGINE, "error", not differences, observed="; ".join(differences) or None)
    found = (schema,) if differences else (schema, *_count_broken(con, relation, contract, codes))
    return tuple(replace(outcome, table=contract.table) for outcome in found)


def _count_broken(
    con: duckdb.DuckDBPyConnection, relation: str, contract: Contract, codes: Codes
) -> list[CheckOutcome]:
    predicates = build_predicates(contract, codes, as_read=False)
    counts = [f"count(*) filter (where {predicate})" for predicate in predicates.broken.values()]
    key = ", ".join(f'"{name}"' for name in contract.key)
    repeated = f"count(*) - count(distinct ({key}))" if key else "0"
    (found,) = con.execute(
        f"select count(*), {repeated}, {', '.join(counts) or '0'} from {relation}",
        predicates.values,
    ).fetchall()
    names = ["repeated_key", *predicates.broken]
    return [_judge(name, found[0], broken) for name, broken in zip(names, found[1:], strict=False)]


def _judge(rule: str, rows: int, broken: int) -> CheckOutcome:
    return CheckOutcome(rule, None, ENGINE, "error", broken == 0, evaluated_n=rows, unexpected_n=broken)
