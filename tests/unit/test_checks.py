"""Outcomes of rules -> Dagster asset checks, and the refusal to publish."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import dagster as dg
import pytest

from data_quality.checks import check_results, check_specs, raise_on_errors
from data_quality.contract import Contract, Rule
from data_quality.outcome import CheckOutcome
from pipelines.plain import describe_check
from tidewaiter.errors import QualityError

KEY = dg.AssetKey(["core", "parcel"])
ODD_NAME = Rule("odd_name", "expect_column_values_to_be_in_set", {"value_set": ["a"]}, "warning", "name")
CONTRACT = Contract("core.parcel", "1.0.0", "Parcels.", "parcel", (), (ODD_NAME,))
STRICT = Contract("core.parcel", "1.0.0", "Parcels.", "parcel", ())
HOLDS = CheckOutcome("missing_id", "id", "expect_column_values_to_not_be_null", "error", True, 1200, 0)
BROKEN = CheckOutcome("unknown_mode", "mode", "expect_column_values_to_be_in_set", "error", False, 1200, 3, "99")
WARNED = replace(BROKEN, rule="odd_name", severity="warning", observed=None)
FAILED = replace(WARNED, rule="odd_value", evaluated_n=None, unexpected_n=None, error="Binder Error")


def rows_of(result: dg.AssetCheckResult) -> list[dict[str, object]]:
    table = result.metadata["rules"]
    assert isinstance(table, dg.TableMetadataValue)
    return [dict(record.data) for record in table.records]


def test_a_table_has_one_check_that_blocks_and_one_that_warns() -> None:
    specs = check_specs(KEY, CONTRACT)

    assert [(spec.name, spec.blocking, spec.asset_key) for spec in specs] == [
        ("contract", True, KEY),
        ("contract_warnings", False, KEY),
    ]


def test_a_table_without_warning_rules_has_the_blocking_check_only() -> None:
    assert [spec.name for spec in check_specs(KEY, STRICT)] == ["contract"]
    assert [result.check_name for result in check_results(KEY, STRICT, [HOLDS])] == ["contract"]


def test_each_check_tells_its_rules_apart_with_the_broken_ones_first() -> None:
    contract, warnings = check_results(KEY, CONTRACT, [HOLDS, BROKEN, WARNED])

    assert (contract.passed, contract.severity) == (False, dg.AssetCheckSeverity.ERROR)
    assert contract.description == "1 of 2 rules do not hold: unknown_mode (3 of 1,200 rows: 99)"
    assert [row["rule"] for row in rows_of(contract)] == ["unknown_mode", "missing_id"]
    assert rows_of(contract)[0] == {
        "rule": "unknown_mode",
        "column": "mode",
        "result": "broken",
        "rows": "1,200",
        "broken": "3",
        "observed": "99",
        "expectation": "expect_column_values_to_be_in_set",
    }
    assert (warnings.passed, warnings.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert [row["rule"] for row in rows_of(warnings)] == ["odd_name"]


def test_what_a_command_prints_of_a_check_names_the_broken_rules() -> None:
    contract, warnings = (describe_check(each) for each in check_results(KEY, CONTRACT, [HOLDS, BROKEN, WARNED]))

    assert contract.found == {"unknown_mode": "3 of 1,200 rows: 99", "rules_n": "2", "broken_rules_n": "1"}
    assert list(warnings.found) == ["odd_name", "rules_n", "broken_rules_n"]


def test_a_check_without_broken_rules_passes() -> None:
    contract, warnings = check_results(KEY, CONTRACT, [HOLDS])

    assert (contract.passed, contract.description) == (True, "every rule holds (1)")
    assert (warnings.passed, warnings.description) == (True, "the contract has no such rule")


def test_a_rule_that_could_not_be_evaluated_counts_against_the_blocking_check_whatever_its_severity() -> None:
    contract, warnings = check_results(KEY, CONTRACT, [HOLDS, FAILED])

    assert (contract.passed, warnings.passed) == (False, True)
    assert rows_of(contract)[0]["result"] == "error"
    assert contract.description == "1 of 2 rules do not hold: odd_value could not be evaluated (Binder Error)"


def test_a_broken_error_rule_refuses_the_table_and_says_which_and_how_often() -> None:
    with pytest.raises(QualityError, match=r"core\.parcel is not published: .*unknown_mode \(3 of 1,200 rows: 99\)"):
        raise_on_errors([HOLDS, BROKEN, WARNED], "core.parcel")


def test_a_rule_that_could_not_be_evaluated_refuses_the_table() -> None:
    with pytest.raises(QualityError, match="odd_value could not be evaluated"):
        raise_on_errors([HOLDS, FAILED], "core.parcel")


def test_warnings_alone_refuse_nothing() -> None:
    raise_on_errors([HOLDS, WARNED], "core.parcel")


def test_a_long_list_of_broken_rules_is_cut_and_counted() -> None:
    many = [replace(BROKEN, rule=f"rule_{at}") for at in range(11)]

    with pytest.raises(QualityError, match=r"11 of 11 rules do not hold: .*rule_7 .*; and 3 more"):
        raise_on_errors(many, "core.parcel")


def test_the_results_satisfy_the_specs_when_an_asset_yields_them(tmp_path: Path) -> None:
    @dg.multi_asset(specs=[dg.AssetSpec(KEY, skippable=True)], check_specs=check_specs(KEY, CONTRACT))
    def parcel() -> Iterator[dg.MaterializeResult[None]]:
        yield dg.MaterializeResult(asset_key=KEY, check_results=check_results(KEY, CONTRACT, [HOLDS, WARNED]))

    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        result = dg.materialize([parcel], instance=instance)

    assert result.success
    assert [(each.check_name, each.passed) for each in result.get_asset_check_evaluations()] == [
        ("contract", True),
        ("contract_warnings", False),
    ]
