"""Contract -> checks of a table: the schema, the suite, and what its outcomes say."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from data_quality.contract import Contract, read_contract
from data_quality.dictionary import describe_rule
from data_quality.outcome import CheckOutcome
from data_quality.suites import build_suite, check_schema, evaluate_table

CODES = {"mode": ("10", "40")}
GOOD = "('S1', 1, '40', 'Ann', 2.5, timestamp '2026-01-01', timestamp '2026-01-02', [{'code': 'x'}])"


def promise(name: str, physical: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "physicalType": physical, "description": name, "classification": "business", **more}


def ask(expectation: str, severity: str = "error", name: str | None = None, **arguments: Any) -> dict[str, Any]:
    implementation = {"type": expectation, "kwargs": arguments}
    rule = {"type": "custom", "engine": "greatExpectations", "severity": severity, "implementation": implementation}
    return rule if name is None else {"name": name, **rule}


PROPERTIES = [
    promise(
        "parcel_id",
        "varchar",
        required=True,
        primaryKey=True,
        primaryKeyPosition=1,
        logicalTypeOptions={"maxLength": 3},
    ),
    promise("line_number", "integer", required=True, primaryKey=True, primaryKeyPosition=2),
    promise("mode_code", "varchar", customProperties=[{"property": "codeList", "value": "mode"}]),
    promise(
        "shipper_name",
        "varchar",
        classification="personal",
        quality=[ask("expect_column_values_to_match_regex", "warning", regex="^[A-Z]")],
    ),
    promise("weight_kg", "decimal(18,3)", quality=[ask("expect_column_values_to_be_between", min_value=0)]),
    promise("sent_at", "timestamp"),
    promise("seen_at", "timestamp"),
    promise("notes", "struct(code varchar)[]"),
]
ORDER = ask(
    "expect_column_pair_values_a_to_be_greater_than_b", name="seen_before_sent", column_A="seen_at", column_B="sent_at"
)


def write_contract(folder: Path, properties: list[dict[str, Any]], quality: list[dict[str, Any]]) -> Contract:
    table = {
        "name": "parcel",
        "physicalName": "core.parcel",
        "description": "Parcels.",
        "dataGranularityDescription": "parcel line",
        "properties": properties,
        "quality": quality,
    }
    document = {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": "test.parcel",
        "version": "1.0.0",
        "status": "active",
        "schema": [table],
    }
    path = folder / "core_parcel.odcs.yaml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    return read_contract(path)


@pytest.fixture
def contract(tmp_path: Path) -> Contract:
    return write_contract(tmp_path, PROPERTIES, [ORDER])


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        columns = ", ".join(f"{each['name']} {each['physicalType']}" for each in PROPERTIES)
        connection.execute(f"create table parcel ({columns})")
        connection.execute(f"insert into parcel values {GOOD}")
        yield connection


def judge(con: duckdb.DuckDBPyConnection, contract: Contract) -> dict[str, CheckOutcome]:
    return {outcome.rule: outcome for outcome in evaluate_table(con, "parcel", contract, CODES)}


def test_a_suite_has_every_promise_of_the_contract_under_the_names_that_held_rows_carry(contract: Contract) -> None:
    assert [rule.name for rule in build_suite(contract)] == [
        "promised_columns",
        "missing_parcel_id",
        "too_long_parcel_id",
        "missing_line_number",
        "unknown_mode_code",
        "malformed_shipper_name",
        "out_of_range_weight_kg",
        "repeated_key",
        "seen_before_sent",
    ]


def test_a_key_of_one_column_is_checked_for_repeated_values(tmp_path: Path) -> None:
    contract = write_contract(tmp_path, PROPERTIES[:1], [])

    [key] = [rule for rule in build_suite(contract) if rule.name == "repeated_key"]

    assert (key.expectation, key.column) == ("expect_column_values_to_be_unique", "parcel_id")


def test_a_table_without_a_key_has_no_key_rule(tmp_path: Path) -> None:
    contract = write_contract(tmp_path, PROPERTIES[2:3], [])

    assert [rule.name for rule in build_suite(contract)] == ["promised_columns", "unknown_mode_code"]


def test_a_table_that_keeps_its_contract_passes_every_check(con: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    outcomes = judge(con, contract)

    assert all(outcome.passed for outcome in outcomes.values())
    assert list(outcomes) == ["schema", *(rule.name for rule in build_suite(contract))]


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ("parcel_id = null", "missing_parcel_id"),
        ("parcel_id = 'S123'", "too_long_parcel_id"),
        ("line_number = null", "missing_line_number"),
        ("mode_code = '99'", "unknown_mode_code"),
        ("shipper_name = 'ann'", "malformed_shipper_name"),
        ("weight_kg = -1", "out_of_range_weight_kg"),
        ("seen_at = timestamp '2025-12-31'", "seen_before_sent"),
    ],
)
def test_each_rule_is_broken_by_a_row_that_breaks_it_alone(
    con: duckdb.DuckDBPyConnection, contract: Contract, change: str, broken: str
) -> None:
    con.execute(f"update parcel set {change}")

    failed = {name: outcome for name, outcome in judge(con, contract).items() if not outcome.passed}

    assert list(failed) == [broken]
    assert (failed[broken].evaluated_n, failed[broken].unexpected_n, failed[broken].error) == (1, 1, None)


def test_both_rows_of_a_repeated_key_are_counted(con: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    con.execute("insert into parcel select * from parcel")

    key = judge(con, contract)["repeated_key"]

    assert (key.passed, key.evaluated_n, key.unexpected_n) == (False, 2, 2)


def test_a_broken_value_is_named_unless_the_column_is_personal(
    con: duckdb.DuckDBPyConnection, contract: Contract
) -> None:
    con.execute("update parcel set mode_code = '99', shipper_name = 'ann'")

    outcomes = judge(con, contract)

    assert outcomes["unknown_mode_code"].observed == "99"
    assert outcomes["malformed_shipper_name"].observed is None
    assert "ann" not in repr(outcomes)


def test_a_warning_does_not_block_and_an_error_does(con: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    con.execute("update parcel set mode_code = '99', shipper_name = 'ann'")

    outcomes = judge(con, contract)

    assert outcomes["unknown_mode_code"].blocks
    assert not outcomes["malformed_shipper_name"].blocks


def test_each_difference_of_the_schema_is_a_sentence(con: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    con.execute("alter table parcel drop column sent_at")
    con.execute("alter table parcel alter line_number type bigint")
    con.execute("alter table parcel add column colour varchar")
    con.execute("alter table parcel add column source_file varchar")

    assert check_schema(con, "parcel", contract, beside=("source_file",)) == (
        "sent_at is missing",
        "line_number is BIGINT, promised is INTEGER",
        "colour is not promised",
    )


def test_a_rule_about_a_missing_column_is_an_error_and_the_others_still_run(
    con: duckdb.DuckDBPyConnection, contract: Contract
) -> None:
    con.execute("alter table parcel drop column sent_at")
    con.execute("update parcel set weight_kg = -1")

    outcomes = judge(con, contract)

    assert outcomes["schema"].observed == "sent_at is missing"
    assert outcomes["promised_columns"].observed == "missing: sent_at"
    assert outcomes["seen_before_sent"].error == "the table lacks a column that the rule is about"
    assert outcomes["out_of_range_weight_kg"].unexpected_n == 1


def test_a_parquet_file_is_judged_through_a_view(
    con: duckdb.DuckDBPyConnection, contract: Contract, tmp_path: Path
) -> None:
    path = tmp_path / "part.parquet"
    con.table("parcel").write_parquet(str(path))
    con.read_parquet(str(path)).create_view("published")

    assert all(outcome.passed for outcome in evaluate_table(con, "published", contract, CODES))


def test_a_rule_is_said_in_words(contract: Contract) -> None:
    words = {rule.name: describe_rule(rule) for rule in build_suite(contract)}

    assert words["too_long_parcel_id"] == "≤ 3 characters"
    assert words["unknown_mode_code"] == "one of the code list mode"
    assert words["out_of_range_weight_kg"] == "≥ 0"
    assert words["seen_before_sent"] == "seen_at > sent_at"
    assert words["repeated_key"] == "no two rows alike in parcel_id, line_number"
