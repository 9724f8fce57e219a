"""The contract of a table, read from its Open Data Contract Standard (ODCS v3.1) file.

Belongs here: parsing and the small typed model that the rest of the project reads.
Belongs elsewhere: turning rules into SQL (hold.py) or into Great Expectations suites (suites.py).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from open_data_contract_standard.model import DataQuality, OpenDataContractStandard, SchemaObject, SchemaProperty
from pydantic import ValidationError

from tidewaiter.document import read_yaml
from tidewaiter.errors import ContractError

FOLDER = Path(__file__).parent / "contracts"
SUFFIX = ".odcs.yaml"
SEVERITIES = ("error", "warning")
CLASSIFICATIONS = ("public", "business", "personal")
SQL_NAME = re.compile(r"[a-z][a-z0-9_]*")

RULE_PREFIXES = {
    "expect_column_values_to_be_in_set": "unknown",
    "expect_column_values_to_match_regex": "malformed",
    "expect_column_values_to_be_between": "out_of_range",
    "expect_column_value_lengths_to_be_between": "wrong_length",
    "expect_column_pair_values_a_to_be_greater_than_b": "misordered",
}


@dataclass(frozen=True)
class Rule:
    """One Great Expectations expectation as the contract states it."""

    name: str
    expectation: str
    arguments: Mapping[str, Any]
    severity: str
    column: str | None = None
    code_list: str | None = None


@dataclass(frozen=True)
class Column:
    """One promised column; `sql_type` is a DuckDB type, `transform` an SQL expression over the text as read."""

    name: str
    sql_type: str
    required: bool
    description: str
    classification: str
    unit: str | None = None
    key_position: int | None = None
    max_length: int | None = None
    transform: str | None = None
    examples: tuple[Any, ...] = ()
    rules: tuple[Rule, ...] = ()

    @property
    def is_text(self) -> bool:
        return self.sql_type == "varchar"


@dataclass(frozen=True)
class Contract:
    """What one table promises; `table` is `layer.noun`."""

    table: str
    version: str
    description: str
    grain: str
    columns: tuple[Column, ...]
    table_rules: tuple[Rule, ...] = field(default=())

    @property
    def noun(self) -> str:
        return self.table.split(".")[1]

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def required_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.required)

    @property
    def key(self) -> tuple[str, ...]:
        keyed = [column for column in self.columns if column.key_position is not None]
        return tuple(column.name for column in sorted(keyed, key=lambda column: column.key_position or 0))

    @property
    def personal_names(self) -> frozenset[str]:
        return frozenset(column.name for column in self.columns if column.classification == "personal")

    def column(self, name: str) -> Column:
        """Return the column of that name; KeyError when there is none."""
        return {column.name: column for column in self.columns}[name]


def load_contract(table: str) -> Contract:
    """Return the contract of `layer.noun`.

    Raises:
        ContractError: when there is none, or its file is not valid.
    """
    contracts = load_contracts()
    if table not in contracts:
        raise ContractError(f"no contract promises {table}.", fix=f"add a {SUFFIX} file to {FOLDER.name}/")
    return contracts[table]


@cache
def load_contracts() -> Mapping[str, Contract]:
    """Return every contract of the project by table name, in name order."""
    contracts = [read_contract(path) for path in sorted(FOLDER.glob(f"*{SUFFIX}"))]
    return {contract.table: contract for contract in sorted(contracts, key=lambda each: each.table)}


def read_contract(path: Path) -> Contract:
    """Return the contract that a file states.

    Raises:
        ContractError: naming the file and what is wrong with it.
    """
    try:
        document = OpenDataContractStandard.model_validate(read_yaml(path))
    except (yaml.YAMLError, ValidationError) as problem:
        raise ContractError(f"{path.name}: {problem}", fix="correct the contract file") from problem
    if len(document.schema_ or []) != 1:
        raise ContractError(f"{path.name}: one table a file.", fix="split the contract")
    try:
        return _build_contract(document.version or "", (document.schema_ or [])[0])
    except ValueError as problem:
        raise ContractError(f"{path.name}: {problem}", fix="correct the contract file") from problem


def _build_contract(version: str, table: SchemaObject) -> Contract:
    return Contract(
        table=_need(table.physicalName, "physicalName"),
        version=version,
        description=_need(table.description, "description"),
        grain=_need(table.dataGranularityDescription, "dataGranularityDescription"),
        columns=tuple(_build_column(each) for each in table.properties or []),
        table_rules=tuple(_build_rule(each, None) for each in table.quality or []),
    )


def _build_column(given: SchemaProperty) -> Column:
    name = _need(given.name, "name of a column")
    if not SQL_NAME.fullmatch(name):
        raise ValueError(f"column {name!r} is not a plain lower-case name")
    classification = _need(given.classification, f"{name}: classification")
    if classification not in CLASSIFICATIONS:
        raise ValueError(f"{name}: classification {classification!r} is none of {CLASSIFICATIONS}")
    custom = {each.property: each.value for each in given.customProperties or []}
    rules = [_build_rule(each, name) for each in given.quality or []]
    if "codeList" in custom:
        rules.append(_code_list_rule(name, str(custom["codeList"])))
    return Column(
        name=name,
        sql_type=_need(given.physicalType, f"{name}: physicalType"),
        required=bool(given.required),
        description=_need(given.description, f"{name}: description"),
        classification=classification,
        unit=custom.get("unit"),
        key_position=given.primaryKeyPosition if given.primaryKey else None,
        max_length=(given.logicalTypeOptions or {}).get("maxLength"),
        transform=given.transformLogic,
        examples=tuple(given.examples or ()),
        rules=tuple(rules),
    )


def _build_rule(given: DataQuality, column: str | None) -> Rule:
    where = column or "table"
    if given.type != "custom" or given.engine != "greatExpectations" or not isinstance(given.implementation, dict):
        raise ValueError(
            f"{where}: quality entries are type custom, engine greatExpectations, implementation a mapping"
        )
    expectation = _need(given.implementation.get("type"), f"{where}: implementation.type")
    if given.severity not in SEVERITIES:
        raise ValueError(f"{where}: severity {given.severity!r} is none of {SEVERITIES}")
    name = given.name or f"{RULE_PREFIXES.get(expectation, expectation.removeprefix('expect_'))}_{where}"
    return Rule(name, expectation, given.implementation.get("kwargs") or {}, given.severity, column)


def _code_list_rule(column: str, code_list: str) -> Rule:
    return Rule(f"unknown_{column}", "expect_column_values_to_be_in_set", {}, "error", column, code_list)


def _need(value: str | None, what: str) -> str:
    if not value:
        raise ValueError(f"{what} is missing")
    return value
