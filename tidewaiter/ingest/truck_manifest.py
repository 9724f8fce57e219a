"""The feed `truck_manifest`: ACE trips as nested JSON, with their trucks, trailers, shipments, parties and goods.

Belongs here: which key of which object fills which column of the five raw tables.
Belongs elsewhere: parsing (json_object.py), dropping drivers (person.py), columns (contracts), mapping (sql).
"""

import json
import re
from collections import defaultdict

import duckdb

from tidewaiter.ingest.feed import Feed, LandedFile, Link, Note
from tidewaiter.ingest.json_object import Json, show_key, walk_objects
from tidewaiter.ingest.json_row import JsonRow, Keys
from tidewaiter.ingest.person import drop_persons
from tidewaiter.ingest.raw_table import Row, append_rows

TRIP, EQUIPMENT = "raw.truck_manifest_trip", "raw.truck_manifest_equipment"
SHIPMENT, PARTY = "raw.truck_manifest_shipment", "raw.truck_manifest_party"
COMMODITY = "raw.truck_manifest_commodity"
TABLES = (TRIP, EQUIPMENT, SHIPMENT, PARTY, COMMODITY)
FLUSH_ROWS = 20_000
NAMED_KEYS = 20

TRIP_KEYS: Keys = {
    "data": "message_kind", "sendId": "send_id", "operation": "operation", "autoSend": "auto_send",
    "tripNumber": "trip_number", "usPortOfArrival": "port_code", "estimatedArrivalDateTime": "estimated_arrival_at",
}  # fmt: skip
EQUIPMENT_KEYS: Keys = {
    "number": "equipment_number", "type": "equipment_type", "vinNumber": "vehicle_number", "dotNumber": "dot_number",
}  # fmt: skip
SHIPMENT_KEYS: Keys = {
    "data": "message_kind", "sendId": "send_id", "operation": "operation", "type": "shipment_type",
    "shipmentControlNumber": "shipment_control_number", "provinceOfLoading": "loading_place",
}  # fmt: skip
PARTY_KEYS: Keys = {"name": "name"}
ADDRESS_KEYS: Keys = {
    "addressLine": "address", "city": "city", "stateProvince": "state", "postalCode": "postal_code",
    "country": "country",
}  # fmt: skip
COMMODITY_KEYS: Keys = {
    "description": "description", "quantity": "quantity", "packagingUnit": "packaging_unit", "weight": "weight",
    "weightUnit": "weight_unit", "harmonizedCode": "hs_code", "value": "value_usd",
    "countryOfOrigin": "origin_country",
}  # fmt: skip
LOADED_KEYS: Keys = {"type": "loaded_on_kind", "number": "loaded_on_number"}
PLATE_KEYS: Keys = {"stateProvince": "state", "number": "number"}
CANCELLATION = "DELETE"
NOT_IN_NUMBERS = re.compile(r"[ -]")


def read_file(con: duckdb.DuckDBPyConnection, file: LandedFile) -> tuple[Note, ...]:
    """Append the file's trips, equipment, shipments, parties and goods to the raw tables, drivers left out.

    Raises:
        FileRefusedError: not JSON, too large, or a list or an object where the layout has none.
    """
    manifest = _Manifest(file)
    for line, found in walk_objects(file):
        manifest.take_trip(drop_persons(found, file, line), line)
        if manifest.rows_n >= FLUSH_ROWS:
            _flush(con, file, manifest)
    _flush(con, file, manifest)
    return manifest.describe_unknown() if manifest.position else ("the file is empty",)


def _flush(con: duckdb.DuckDBPyConnection, file: LandedFile, manifest: "_Manifest") -> None:
    for table, rows in manifest.rows.items():
        append_rows(con, table, file, rows)
        rows.clear()


class _Manifest:
    """Turns trips into rows, numbered through the file in the order of their objects."""

    def __init__(self, file: LandedFile) -> None:
        self.file = file
        self.line = 0
        self.position = 0
        self.rows: dict[str, list[tuple[int, Row]]] = {table: [] for table in TABLES}
        self.unknown: dict[str, None] = {}

    @property
    def rows_n(self) -> int:
        return sum(len(rows) for rows in self.rows.values())

    def take_trip(self, trip: Json, line: int) -> None:
        """Add the rows of a trip and of everything in it."""
        self.line = line
        draft = self._begin(TRIP, trip, "trip")
        position = draft.row["trip_position"] = str(self.position)
        truck, trailers = draft.pop_object("truck"), draft.pop_list("trailers")
        shipments = draft.pop_list("shipments")
        draft.fill(TRIP_KEYS)
        if (draft.row["operation"] or "").strip().upper() == CANCELLATION and not shipments:
            draft.reject("cancels_no_shipment")
        self._end(draft)
        for kind, found in [("TRUCK", truck)] * bool(truck) + [("TRAILER", trailer) for trailer in trailers]:
            self._take_equipment(found, kind, position)
        _reject_conflicts([(self._take_shipment(found, position), found) for found in shipments])

    def describe_unknown(self) -> tuple[Note, ...]:
        """Return a warning for each key that no column is promised for, the first of them by name."""
        names = list(self.unknown)
        notes = [f"unknown key {show_key(name)} is kept in the raw layer only" for name in names[:NAMED_KEYS]]
        if len(names) > NAMED_KEYS:
            notes.append(f"{len(names) - NAMED_KEYS:,} more unknown keys are kept in the raw layer only")
        return tuple(notes)

    def _begin(self, table: str, found: Json, place: str) -> JsonRow:
        self.position += 1
        draft = JsonRow(found, place, self.file, self.line)
        self.rows[table].append((self.position, draft.row))
        return draft

    def _end(self, draft: JsonRow) -> None:
        self.unknown.update(dict.fromkeys(draft.finish()))

    def _take_equipment(self, found: Json, kind: str, trip_position: str) -> None:
        draft = self._begin(EQUIPMENT, found, kind.lower())
        draft.row |= {"trip_position": trip_position, "equipment_kind": kind}
        plate = draft.pop_object("licensePlate", is_row=False)
        plates = draft.pop_list("licensePlates", is_row=False)
        draft.fill(EQUIPMENT_KEYS)
        draft.fill_joined("sealNumbers", "seal_numbers")
        texts = [self._read_plate(draft, each) for each in [plate, *plates]]
        draft.row["license_plates"] = ",".join(text for text in texts if text) or None
        self._end(draft)

    def _read_plate(self, draft: JsonRow, found: Json) -> str:
        """Return state and number of a plate of the equipment in the making."""
        plate = JsonRow(found, f"{draft.place}.licensePlate", self.file, self.line)
        plate.fill(PLATE_KEYS)
        if "reject_rule" in plate.row:
            draft.reject("wrong_shape_license_plates")
        self._end(plate)
        return " ".join(text for text in (plate.row["state"], plate.row["number"]) if text)

    def _take_shipment(self, found: Json, trip_position: str) -> JsonRow:
        draft = self._begin(SHIPMENT, found, "shipment")
        position = draft.row["shipment_position"] = str(self.position)
        draft.row["trip_position"] = trip_position
        parties = {role: draft.pop_object(role) for role in ("shipper", "consignee")}
        goods = draft.pop_list("commodities")
        draft.fill(SHIPMENT_KEYS)
        draft.row["commodities_n"] = str(len(goods))
        self._end(draft)
        for role, party in parties.items():
            if party:
                self._take_party(party, role, position)
        for commodity in goods:
            self._take_commodity(commodity, position)
        return draft

    def _take_party(self, found: Json, role: str, shipment_position: str) -> None:
        draft = self._begin(PARTY, found, role)
        draft.row |= {"shipment_position": shipment_position, "role": role}
        draft.fill(PARTY_KEYS)
        draft.fill_from("address", ADDRESS_KEYS)
        self._end(draft)

    def _take_commodity(self, found: Json, shipment_position: str) -> None:
        draft = self._begin(COMMODITY, found, "commodity")
        draft.row["shipment_position"] = shipment_position
        draft.fill(COMMODITY_KEYS)
        draft.fill_from("loadedOn", LOADED_KEYS)
        draft.fill_joined("marksAndNumbers", "marks")
        self._end(draft)


def _reject_conflicts(shipments: list[tuple[JsonRow, Json]]) -> None:
    """Have shipments of one trip held that share a control number but not their content: neither is the later one."""
    by_number: dict[str, list[tuple[JsonRow, Json]]] = defaultdict(list)
    for draft, found in shipments:
        number = NOT_IN_NUMBERS.sub("", draft.row["shipment_control_number"] or "").upper()
        by_number[number].append((draft, found))
    for number, same in by_number.items():
        if number and len({json.dumps(found, sort_keys=True) for _, found in same}) > 1:
            for draft, _ in same:
                draft.reject("conflicting_duplicate")


LINKS = (
    Link(child=EQUIPMENT, parent=TRIP, columns=("source_file", "trip_position")),
    Link(child=SHIPMENT, parent=TRIP, columns=("source_file", "trip_position")),
    *(Link(child=table, parent=SHIPMENT, columns=("source_file", "shipment_position")) for table in (PARTY, COMMODITY)),
)

FEED = Feed(
    folder="truck_manifest",
    noun="truck_manifest",
    title="Truck manifests",
    tables=TABLES,
    read_file=read_file,
    core_tables=("core.shipment", "core.shipment_line", "core.shipment_party", "core.shipment_equipment"),
    links=LINKS,
)
