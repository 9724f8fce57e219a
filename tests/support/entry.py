"""Invented entry lines and findings, and landing files made of them.

Belongs here: one good row of each of these feeds, and writing rows as files.
Belongs elsewhere: other feeds' rows (their tests).
"""

import csv
import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from data_quality.contract import load_contract

DAY = date(2026, 11, 20)
ENTRY = "raw.low_value_entry"
FINDING = "raw.exam_finding"
Row = Mapping[str, str]

GOOD_ENTRY: Row = {
    "entry_number": "ZZA-0000001-1",
    "line_number": "1",
    "entry_type": "11",
    "filed_at": "2026-11-20T01:02:03Z",
    "filer_code": "ZZA",
    "port_code": "4701",
    "mode_code": "41",
    "carrier_code": "ZZ",
    "master_bill": "900-00000001",
    "house_bill": "H1",
    "estimated_arrival_at": "2026-11-20T09:00:00Z",
    "origin_country": "CN",
    "export_country": "HK",
    "hts10": "6109.10.00.12",
    "description": "cotton t-shirts",
    "quantity": "2",
    "quantity_unit": "PCS",
    "gross_weight_kg": "0.4",
    "value_usd": "19.90",
    "listed_price_usd": "24.99",
    "shipper_name": "Invented Trading Co., Ltd.",
    "shipper_address": "1 Nowhere Road",
    "shipper_country": "CN",
    "seller_name": "Invented Store",
    "seller_id": "S1",
    "marketplace": "Bazario",
    "consignee_name": "Pat Example",
    "consignee_address": "12 Sample Street",
    "consignee_postal_code": "60601",
    "account_opened_on": "2025-01-01",
    "verified_known_consignor": "false",
    "packing_country": "CN",
    "screened": "true",
    "record_status": "new",
}
GOOD_FINDING: Row = {
    "finding_id": "F1",
    "shipment_ref": "ZZA-0000001-1",
    "ref_kind": "entry",
    "exam_kind": "intensive",
    "selected_by": "random",
    "examined_at": "2026-11-20T10:00:00Z",
    "known_at": "2026-11-20T20:00:00Z",
    "finding_code": "UNDERVALUED",
    "loss_usd": "12.50",
    "seized": "false",
    "officer_unit": "U1",
}


def entry(number: int, **changes: str) -> dict[str, str]:
    """Return a good entry line with its own entry number."""
    return {**GOOD_ENTRY, "entry_number": f"ZZA{number:08d}", "house_bill": f"H{number}", **changes}


def landing_file(landing: Path, feed: str, name: str, on: date = DAY) -> Path:
    """Return the path of a file in a landing folder, its folder made."""
    path = landing / feed / on.isoformat() / name
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def write_csv(path: Path, table: str, rows: Iterable[Row]) -> Path:
    """Write rows as CSV with the table's columns."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, load_contract(table).column_names, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_json_lines(path: Path, rows: Iterable[Row]) -> Path:
    """Write rows as JSON Lines."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path
