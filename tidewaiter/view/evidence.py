"""What the lake holds about one shipment: declared facts, parties, list hits, records, findings, source.

Belongs here: reading those rows, masking personal data.
Belongs elsewhere: its place in the queue (place.py), printing (explain_view.py).
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import polars as pl

from data_quality.contract import load_contract
from tidewaiter.features.catalog import load_catalog
from tidewaiter.lake import Lake
from tidewaiter.targeting.sentence import read_figure, write_sentence

Row = dict[str, Any]


def read_rows(lake: Lake, table: str, on: date, shipment_id: str) -> list[Row]:
    """Return the shipment's rows of a table, in key order.

    Raises:
        PartitionMissingError: the date has no partition of the table.
    """
    rows = pl.scan_parquet(lake.existing(table, on), hive_partitioning=False)
    return rows.filter(pl.col("shipment_id") == shipment_id).sort(load_contract(table).key).collect().to_dicts()


def mask_rows(table: str, rows: Iterable[Row], *, show_personal: bool) -> list[Row]:
    """Return rows without their shipment_id; personal text is initials, or `withheld`, unless it may be shown."""
    personal = frozenset() if show_personal else load_contract(table).personal_names
    return [
        {name: _mask(name, row[name]) if name in personal else row[name] for name in row if name != "shipment_id"}
        for row in rows
    ]


# Names and the words of a name are told apart by their initials; of an address or a number nothing is shown.
NAMES = frozenset({"name", "listed_name", "matched_key"})
WITHHELD = "withheld"


def _mask(column: str, value: str | None) -> str | None:
    if value is None:
        return None
    return "".join(f"{word[0].upper()}." for word in value.split()) if column in NAMES else WITHHELD


def read_records(lake: Lake, on: date, shipment_id: str) -> list[Row]:
    """Return what is known of each entity behind the shipment: one sentence and figure a feature, none for unknowns."""
    features = read_rows(lake, "feature.shipment", on, shipment_id)
    return [
        {"entity": kind, "name": name, "figures": figures}
        for kind, name in load_catalog().entities.items()
        if (figures := [each for row in features for each in _read_figures(kind, row)])
    ]


def _read_figures(kind: str, row: Mapping[str, Any]) -> Iterable[Row]:
    for feature in load_catalog().features:
        if feature.entity == kind and (value := read_figure(row, feature.column)) is not None:
            yield {
                "code": feature.column,
                "value": value,
                "unit": feature.unit,
                "meaning": feature.meaning,
                "text": write_sentence(feature, value),
            }


def read_findings(lake: Lake, shipment_id: str) -> list[Row]:
    """Return every finding about the shipment that has landed so far, oldest exam first, as last matched."""
    paths = [lake.path("outcome.finding", on) for on in lake.dates("outcome.finding")]
    found = [
        pl.scan_parquet(path, hive_partitioning=False).filter(pl.col("shipment_id") == shipment_id) for path in paths
    ]
    if not found:
        return []
    latest = pl.concat(pl.collect_all(found)).unique("finding_id", keep="last", maintain_order=True)
    return latest.drop("shipment_id").sort("examined_at", "finding_id").to_dicts()


def read_source(lake: Lake, on: date, shipment: Mapping[str, Any]) -> Row:
    """Return the landed file and record that the shipment's row came from, with the file's SHA-256.

    Args:
        shipment: its row of core.shipment.
    """
    files = pl.read_parquet(lake.existing("core.landed_file", on), hive_partitioning=False)
    landed = files.filter(pl.col("file") == shipment["source_file"])["sha256"].to_list()
    return {"file": shipment["source_file"], "line": shipment["source_line"], "sha256": landed[0] if landed else None}
