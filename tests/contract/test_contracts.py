"""Every contract is a valid Open Data Contract, says all it must say, and asks for nothing that cannot be checked."""

import json
import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from jsonschema import Draft201909Validator  # type: ignore[import-untyped]
from open_data_contract_standard.model import OpenDataContractStandard

from data_quality.codes import DATED, load_codes
from data_quality.contract import CLASSIFICATIONS, FOLDER, SUFFIX, Column, Contract, Rule, load_contracts, read_contract
from data_quality.dictionary import PATH as DICTIONARY
from data_quality.dictionary import render_dictionary
from data_quality.engine import build_expectation
from data_quality.hold import SUPPORTED_EXPECTATIONS
from data_quality.suites import build_suite
from tidewaiter.policy import load_policy
from tidewaiter.settings import SHIPPED_POLICY

PATHS = sorted(FOLDER.glob(f"*{SUFFIX}"))
NUMBERS = ("integer", "bigint", "smallint", "double", "decimal")
UNITS = {"kg": "kg", "usd": "USD", "days": "days", "hours": "hours", "share": "share", "bytes": "bytes", "at": "UTC"}
PER_KILOGRAM = "USD/kg"
# Numbers that place or name something, and measures that the feed gives without a unit.
WITHOUT_UNIT = re.compile(r"(.+_)?(line|number|position|occurrence|rank|band)|container_(length|height|width)")
PERSONAL_NAMES = re.compile(r".*(_phone|_email|_address|_street)|(phone|email|address|raw_text)")

each_file = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name.removesuffix(SUFFIX))
each_contract = pytest.mark.parametrize("contract", load_contracts().values(), ids=lambda contract: contract.table)


@pytest.fixture(scope="module")
def schema() -> Draft201909Validator:
    text = (files("open_data_contract_standard") / "schema.json").read_text(encoding="utf-8")
    return Draft201909Validator(json.loads(text))


@pytest.fixture(scope="module")
def codes() -> Mapping[str, tuple[str, ...]]:
    lists = {name: tuple(codes) for name, codes in load_codes().items()}
    dated = {name: lists[stand_in] for name, stand_in in DATED.items()}
    return {**lists, **dated, "finding": tuple(load_policy(SHIPPED_POLICY).findings.codes)}


def read_document(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return document


def find_faults(schema: Draft201909Validator, document: Mapping[str, Any]) -> list[str]:
    """Return what the standard's schema and its model find wrong; the model drops what it does not know."""
    faults = [error.message for error in schema.iter_errors(json.loads(json.dumps(document, default=str)))]
    known = OpenDataContractStandard.model_validate(document).model_dump(by_alias=True, exclude_unset=True)
    return faults if known == document else [*faults, "a key that the standard does not know"]


def columns() -> Iterator[tuple[str, Column]]:
    for contract in load_contracts().values():
        for column in contract.columns:
            yield f"{contract.table}.{column.name}", column


@each_file
def test_a_contract_is_valid_by_the_standard(schema: Draft201909Validator, path: Path) -> None:
    document = read_document(path)

    assert find_faults(schema, document) == []
    assert document["apiVersion"] == "v3.1.0"


@pytest.mark.parametrize("place", ["document", "table", "column", "rule"])
def test_a_key_that_the_standard_does_not_know_is_refused(schema: Draft201909Validator, place: str) -> None:
    document = read_document(FOLDER / f"raw_exam_finding{SUFFIX}")
    [table] = document["schema"]
    places = {"document": document, "table": table, "column": table["properties"][0], "rule": table["quality"][0]}

    places[place]["colour"] = "red"

    if place == "document":
        with pytest.raises(ValueError, match="colour"):
            find_faults(schema, document)
    else:
        assert "a key that the standard does not know" in find_faults(schema, document)


def test_no_two_contracts_promise_the_same_table() -> None:
    assert len(load_contracts()) == len(PATHS) > 0


@each_file
def test_a_contract_file_is_named_after_its_table(path: Path) -> None:
    table = read_contract(path).table.lstrip("_")

    assert path.name == f"{table.replace('.', '_')}{SUFFIX}"
    assert read_document(path)["id"] == f"tidewaiter.{table}"


@each_contract
def test_names_of_columns_and_of_rules_are_unique(contract: Contract) -> None:
    rules = [rule.name for rule in build_suite(contract)]

    assert len(set(contract.column_names)) == len(contract.column_names)
    assert len(set(rules)) == len(rules)


@each_contract
def test_every_table_and_column_is_described_and_classified(contract: Contract) -> None:
    assert contract.description.endswith(".")
    assert contract.grain
    assert all(column.description.strip() for column in contract.columns)
    assert {column.classification for column in contract.columns} <= set(CLASSIFICATIONS)


@each_contract
def test_a_key_is_there_and_never_empty(contract: Contract) -> None:
    # Rows as filed need not have one: a public release repeats a bill's parties without numbering them.
    assert contract.key or contract.table.startswith("raw."), "a table says what tells its rows apart"
    assert set(contract.key) <= set(contract.required_names)


def test_every_measure_has_a_unit() -> None:
    without = [
        name
        for name, column in columns()
        if column.sql_type.startswith(NUMBERS) and not column.unit and not WITHOUT_UNIT.fullmatch(column.name)
    ]

    assert without == []


def test_the_end_of_a_name_and_the_unit_agree() -> None:
    wrong = []
    for name, column in columns():
        unit = UNITS.get(column.name.rsplit("_", 1)[-1])
        is_rate = column.unit == PER_KILOGRAM and ("usd" in column.name or column.name.endswith("_kg"))
        if unit is not None and "_" in column.name and column.unit != unit and not is_rate:
            wrong.append(f"{name}: {column.unit}")

    assert wrong == []


def test_a_share_is_kept_between_nought_and_one() -> None:
    bounds = {
        name: [(rule.arguments.get("min_value"), rule.arguments.get("max_value")) for rule in column.rules]
        for name, column in columns()
        if column.unit in ("share", "probability")
    }

    assert {name for name, given in bounds.items() if (0, 1) not in given} == set()


def test_columns_of_contact_details_are_personal() -> None:
    open_ones = [
        name
        for name, column in columns()
        if PERSONAL_NAMES.fullmatch(column.name) and column.classification != "personal"
    ]

    assert open_ones == []


def test_every_type_is_one_that_duckdb_has() -> None:
    assert all(str(duckdb.sqltype(column.sql_type)) for _, column in columns())


@each_contract
def test_every_rule_is_one_that_great_expectations_can_run(
    contract: Contract, codes: Mapping[str, tuple[str, ...]]
) -> None:
    for rule in build_suite(contract):
        assert build_expectation(rule, codes) is not None


@each_contract
def test_every_error_rule_of_a_column_can_hold_a_row(contract: Contract) -> None:
    asked = {rule.expectation for column in contract.columns for rule in column.rules if rule.severity == "error"}

    assert asked <= SUPPORTED_EXPECTATIONS


def test_examples_keep_the_rules_of_their_column(codes: Mapping[str, tuple[str, ...]]) -> None:
    broken = [
        f"{name}: {example} against {rule.name}"
        for name, column in columns()
        for example in column.examples
        for rule in column.rules
        if not keeps(rule, example, codes)
    ]

    assert broken == []


def keeps(rule: Rule, example: Any, codes: Mapping[str, tuple[str, ...]]) -> bool:
    arguments = rule.arguments
    if rule.expectation == "expect_column_values_to_be_in_set":
        return example in (codes[rule.code_list] if rule.code_list else arguments["value_set"])
    if rule.expectation == "expect_column_values_to_match_regex":
        return re.search(arguments["regex"], str(example)) is not None
    if rule.expectation == "expect_column_values_to_be_between":
        low, high = arguments.get("min_value", float("-inf")), arguments.get("max_value", float("inf"))
        return bool(low < example if arguments.get("strict_min") else low <= example) and bool(example <= high)
    raise AssertionError(f"{rule.name}: say here what keeping {rule.expectation} means")


def test_the_data_dictionary_is_up_to_date() -> None:
    assert DICTIONARY.read_text(encoding="utf-8") == render_dictionary(), "run: python -m data_quality.dictionary"
