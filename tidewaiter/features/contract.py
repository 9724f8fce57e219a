"""Writes the contracts of the feature tables from the catalog: `python -m tidewaiter.features.contract`.

Belongs here: catalog entry -> ODCS file, so that a feature is described once.
Belongs elsewhere: the catalog (catalog.yml), contracts that people write (data_quality/contracts).
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from data_quality.contract import FOLDER, SUFFIX
from tidewaiter.features.catalog import Catalog, Feature, load_catalog

Property = dict[str, Any]
_GREAT_EXPECTATIONS: Property = {"type": "custom", "engine": "greatExpectations", "severity": "error"}


def render_contracts() -> dict[str, str]:
    """Return file name -> text for every feature table."""
    catalog = load_catalog()
    texts = {name: _render_family(catalog, name) for name in catalog.families}
    columns = [_key("shipment_id", "shipment", 1), *_place(), *(_describe(each) for each in catalog.features)]
    texts["shipment"] = _render("shipment", "Every feature of every shipment of the date.", "shipment_id", columns)
    return {f"feature_{name}{SUFFIX}": text for name, text in texts.items()}


def _render_family(catalog: Catalog, name: str) -> str:
    if catalog.families[name].grain == "entity":
        keys = [_key("entity_kind", "kind of entity", 1), _key("entity_id", "the entity", 2)]
        measures = [_describe_measure(catalog, name, measure) for measure in catalog.measures(name)]
        what = f"Feature family {name}, one row an entity seen on the date."
        return _render(name, what, "entity_kind, entity_id", [*keys, *measures])
    columns = [_key("shipment_id", "shipment", 1), *(_describe(each) for each in catalog.of_family(name))]
    return _render(name, f"Feature family {name}, one row a shipment.", "shipment_id", columns)


def _describe_measure(catalog: Catalog, family: str, measure: str) -> Property:
    """Describe an entity measure in the words of the first entity kind that has it, without the kind's name."""
    feature = next(each for each in catalog.of_family(family) if each.measure == measure)
    meaning = feature.meaning.replace(catalog.entities[feature.entity or ""], "the entity")
    described = _property(measure, "double", meaning, feature.unit)
    return {**described, "required": True} if catalog.families[family].is_filled else described


def _describe(feature: Feature) -> Property:
    return _property(feature.column, feature.type, f"{feature.meaning} ({feature.window})", feature.unit)


def _key(name: str, meaning: str, position: int) -> Property:
    return {**_property(name, "varchar", meaning), "required": True, "primaryKey": True, "primaryKeyPosition": position}


def _place() -> Iterable[Property]:
    yield {**_property("stream", "varchar", "which stream of advance data", code_list="stream"), "required": True}
    yield {**_property("port_code", "varchar", "port of entry, Schedule D"), "required": True}


def _property(name: str, kind: str, meaning: str, unit: str = "", code_list: str = "") -> Property:
    share = "expect_column_values_to_be_between"
    rule = {"type": share, "kwargs": {"min_value": 0, "max_value": 1}}
    custom = {"unit": "0 or 1" if unit == "yes/no" else unit, "codeList": code_list}
    return {
        "name": name,
        "logicalType": "number" if kind == "double" else "string",
        "physicalType": kind,
        "description": meaning,
        "classification": "business",
        "customProperties": [{"property": key, "value": value} for key, value in custom.items() if value],
        "quality": [_GREAT_EXPECTATIONS | {"implementation": rule}] if unit == "share" else [],
    }


def _render(noun: str, description: str, grain: str, columns: list[Property]) -> str:
    table = {
        "name": noun,
        "physicalName": f"feature.{noun}",
        "physicalType": "table",
        "logicalType": "object",
        "description": description,
        "dataGranularityDescription": grain,
        "properties": [{key: value for key, value in each.items() if value != []} for each in columns],
    }
    document = {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": f"tidewaiter.feature.{noun}",
        "name": noun,
        "version": "1.0.0",
        "status": "active",
        "schema": [table],
    }
    return yaml.safe_dump(document, sort_keys=False, width=118)


def write_contracts(folder: Path = FOLDER) -> None:
    """Put every feature contract in the folder."""
    for name, text in render_contracts().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_contracts()
