"""Rules in words, for people who do not read contracts.

Belongs here: the name of a rule, and the contract behind it, as a sentence part.
Belongs elsewhere: what a rule asks of rows (hold.py, suites.py), the words of bounds (expected.py).
"""

from collections.abc import Iterable, Mapping
from functools import cache

from data_quality.contract import Column, Contract, Rule, load_contract, load_contracts
from data_quality.dictionary import describe_rule
from data_quality.outcome import NOT_NULL_RULE
from data_quality.suites import SCHEMA, build_suite

# What hold.py and the contracts call a broken rule of a column, and what it says of the column.
PREFIXES: Mapping[str, str] = {
    "missing": "is missing",
    "unreadable": "cannot be read as what it should be",
    "unknown": "is not in its list of codes",
    "malformed": "does not have its prescribed form",
    "out_of_range": "is outside its range",
    "wrong_length": "is too short or too long",
    "too_long": "is too long",
    "unprintable": "has characters that cannot be printed",
    "repeated": "stands twice",
    "odd": "often does not have its usual form",
}
WHOLE_ROWS: Mapping[str, str] = {
    "conflicting_duplicate": "two rows have the same key but say different things",
    "schema": "the table does not have the columns and types that were promised",
    "promised_columns": "the table does not have the columns that were promised",
    "repeated_key": "two rows have the same key",
    "fewer_rows_than_usual": "far fewer rows than usual",
    "rather_few_rows": "fewer rows than usual",
    "more_rows_than_usual": "far more rows than usual",
    "too_few_rows": "too few rows",
    "too_many_rows": "too many rows",
    "too_many_refused_files": "files were refused",
    "too_many_held": "an unusually large share of the rows is held",
    "snapshot_too_old": "the newest list is old",
    "files_accepted": "a file was refused",
    "columns_known": "a reader noted something about a file",
    "rows_arrived": "nothing arrived of a feed that usually has rows",
    "held_share": "a file was refused because too many of its rows break their contract",
    "codes_known": "there are codes that no list has",
    "nothing_astray": "files lie where no night reads them",
    "newest_in_use": "the newest copy of a list cannot be used, so an earlier one is",
    "lists_landed": "some lists have never landed",
    "lists_recent": "a list in use is older than is allowed",
    "filings_agree": "a filing says something else than the one of the same moment before it",
    "duty_known": "of some lines the duty is not known",
    "rules_answer": "the rules by date have no answer for some entries",
    "history_complete": "earlier dates landed and are not built",
    "model_holds": "the model no longer sees what it learned from, finds less than it foretold, or a newer one waits",
    "findings_matched": "findings name no shipment that had landed by the day of the exam",
    "findings_known": "findings have results that are known only days after they landed",
    "findings_agree": "findings say something else than others of their ids, or of the same exams",
}
# What an expectation of a column is called, and what it says of the column when it is not met.
EXPECTED: Mapping[str, str] = {
    "too_empty": "is filled far too seldom",
    "emptier_than_wanted": "is filled less often than wanted",
    "too_few_values": "has too few different values",
    "too_many_values": "has too many different values",
    "drifted": "has another mix of codes than on the nights before",
    "mix_moved": "has another mix of codes than on the nights before",
    "shifted": "has values of another size than usual",
    "too_many_zeros": "is zero unusually often",
    "too_far_ahead": "has dates too far in the future",
    "wrong_digits": "has an unusual share of wrong check digits",
}


SPELLED: Mapping[str, str] = {"hts10": "tariff line (HTS)"}


def word_rule(rule: str, tables: Iterable[str]) -> str:
    """Return what is wrong where a rule is broken: of the column it names, when one of the tables has it."""
    if rule in WHOLE_ROWS:
        return WHOLE_ROWS[rule]
    if rule.startswith("orphan_"):
        return f"{spell(rule.removeprefix('orphan_'))} without the record it belongs to"
    for contract in [load_contract(table) for table in tables if table in load_contracts()]:
        for prefix, said in {**PREFIXES, **EXPECTED}.items():
            column = _find_column(rule.removeprefix(f"{prefix}_"), contract) if rule.startswith(f"{prefix}_") else None
            if column is not None:
                return f"{name_column(column)} {said}"
    return spell(rule)


def name_column(column: Column) -> str:
    """Return a column as a reader sees it: its name with spaces."""
    return spell(column.name)


def spell(name: str) -> str:
    """Return a name with spaces, units written out."""
    if name in SPELLED:
        return SPELLED[name]
    for end, words in (("_usd", " (USD)"), ("_kg", " (kg)"), ("_at", " time"), ("_on", " date"), ("_n", " count")):
        if name.endswith(end):
            return name.removesuffix(end).replace("_", " ") + words
    return name.replace("_", " ")


def describe_bound(rule: Rule) -> str:
    """Return what a rule of a contract asks for."""
    return "never empty" if rule.expectation == NOT_NULL_RULE else describe_rule(rule)


@cache
def describe_bounds(table: str) -> Mapping[str, str]:
    """Return what each rule of a table's contract asks for, by the rule's name."""
    contract = load_contract(table)
    found = {rule.name: describe_bound(rule) for rule in build_suite(contract)}
    return {**found, SCHEMA: "the promised columns, each of its type"}


def _find_column(name: str, contract: Contract) -> Column | None:
    """Return the column of that name, the quantile behind it left off."""
    names = {name, name.rpartition("_")[0]}
    return next((column for column in contract.columns if column.name in names), None)
