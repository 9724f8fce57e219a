"""The feed `ocean_x12_309`: ocean manifests as X12 309 interchanges (release 004010).

Belongs here: which element of which segment fills which column of the four raw tables.
Belongs elsewhere: separators and the envelope (x12.py), what the columns mean (contracts), mapping (sql/ocean_x12_309).
"""

from collections.abc import Callable, Mapping

import duckdb

from tidewaiter.errors import FileRefusedError
from tidewaiter.ingest.feed import Feed, LandedFile, Link, Note
from tidewaiter.ingest.raw_table import Row, append_rows
from tidewaiter.ingest.x12 import Envelope, Segment, walk_segments

BILL, PARTY = "raw.ocean_x12_309_bill", "raw.ocean_x12_309_party"
EQUIPMENT, GOODS = "raw.ocean_x12_309_equipment", "raw.ocean_x12_309_goods"
TABLES = (BILL, PARTY, EQUIPMENT, GOODS)
MANIFEST_SET = "309"
OTHER_SETS = {
    "310": "freight receipt and invoice",
    "315": "status report",
    "350": "customs status information",
    "353": "customs events advisory",
    "355": "customs acceptance or rejection",
    "358": "customs consist information",
    "997": "functional acknowledgment",
}
# A piece of text that fills its element runs on in the next one without a space.
DESCRIPTION_WIDTH, MARKS_WIDTH = 45, 48
FLUSH_ROWS = 20_000

Draft = dict[str, str | None]
Elements = Mapping[str, int]

MANIFEST: Elements = {
    "carrier_code": 1, "transport_method_code": 2, "vessel_country_code": 3, "vessel_code": 4, "vessel_name": 5,
    "voyage_number": 6, "manifest_number": 7, "bills_announced_n": 8, "manifest_type_code": 9,
    "vessel_code_qualifier": 10,
}  # fmt: skip
PORT: Elements = {"port_code": 1, "arrival_date": 2, "terminal_code": 4}
BILL_DETAIL: Elements = {
    "bill_number": 1, "lading_port_code": 2, "quantity": 3, "manifest_unit": 4, "weight": 5, "weight_unit": 6,
    "volume": 7, "volume_unit": 8, "bill_type_code": 9, "place_of_receipt": 10, "master_bill_number": 11,
    "issuer_code": 12, "master_issuer_code": 13,
}  # fmt: skip
PARTY_NAME: Elements = {"entity_code": 1, "name": 2, "identifier_qualifier": 3, "identifier": 4}
PARTY_PLACE: Elements = {"city": 1, "state": 2, "postal_code": 3, "country": 4}
EQUIPMENT_DETAIL: Elements = {
    "equipment_code": 1, "owner_code": 2, "serial_number": 3, "seal_1": 4, "seal_2": 5, "length": 6, "height": 7,
    "width": 8, "container_type": 9, "load_status": 10, "service_type": 11,
}  # fmt: skip
GOODS_DETAIL: Elements = {
    "quantity": 1, "description": 2, "marks": 3, "commodity_qualifier": 4, "commodity_code": 5, "customs_value": 6,
    "weight_unit": 7, "weight": 8, "manifest_unit": 10, "manufacture_country": 11, "destination_country": 12,
    "value_currency": 13,
}  # fmt: skip


def read_file(con: duckdb.DuckDBPyConnection, file: LandedFile) -> tuple[Note, ...]:
    """Append the file's bills, parties, equipment and goods to the raw tables, and return what was noticed.

    Raises:
        FileRefusedError: not an X12 interchange, cut short, or another transaction set than the 309.
    """
    envelope = Envelope(file.name)
    manifest = _Manifest(envelope)
    for segment in walk_segments(file, envelope):
        manifest.take(segment)
        if segment.tag == "SE" and manifest.rows_n >= FLUSH_ROWS:
            _flush(con, file, manifest)
    _flush(con, file, manifest)
    return tuple(envelope.notes)


def _flush(con: duckdb.DuckDBPyConnection, file: LandedFile, manifest: "_Manifest") -> None:
    for table, rows in manifest.rows.items():
        append_rows(con, table, file, rows)
        rows.clear()


class _Manifest:
    """Turns the segments of 309 transaction sets into rows, in the order of the file."""

    def __init__(self, envelope: Envelope) -> None:
        self.envelope = envelope
        self.rows: dict[str, list[tuple[int, Row]]] = {table: [] for table in TABLES}
        self.takers: Mapping[str, Callable[[Segment], object]] = {
            "ST": self._begin_set, "M10": self._take_manifest, "P4": self._take_port, "LX": self._begin_bill,
            "M13": self._take_amendment, "M11": self._take_bill, "N1": self._begin_party, "N2": self._take_name,
            "N3": self._take_address, "N4": self._take_place, "PER": self._take_contact, "VID": self._take_equipment,
            "N10": self._take_goods, "H1": self._take_hazard, "SE": self._end_set,
        }  # fmt: skip
        self._forget_set()

    @property
    def rows_n(self) -> int:
        return sum(len(rows) for rows in self.rows.values())

    def take(self, segment: Segment) -> None:
        """Take the next segment; those that hold nothing the contracts promise change nothing."""
        if segment.tag in self.takers:
            self.takers[segment.tag](segment)

    def _forget_set(self) -> None:
        self.manifest: Draft = {}
        self.port: Draft = {}
        self.occurrences: dict[tuple[str | None, str | None], int] = {}
        self.repeats: list[tuple[Segment, str]] = []
        self._forget_bill()

    def _forget_bill(self) -> None:
        self.bill: Draft | None = None
        self.bill_segment: Segment | None = None
        self.party: Draft = {}
        self.equipment: Segment | None = None
        self.goods: Draft | None = None

    def _begin_set(self, segment: Segment) -> None:
        code = segment.get(1) or "without a code"
        if code != MANIFEST_SET:
            meaning = f" {OTHER_SETS[code]}" if code in OTHER_SETS else " transaction set"
            raise FileRefusedError(
                self.envelope.file, f"this is an X12 {code}{meaning}, not an X12 309 ocean manifest", line=segment.line,
                fix="land X12 309 manifests here and other transaction sets elsewhere",
            )  # fmt: skip
        self._forget_set()

    def _end_set(self, segment: Segment) -> None:
        self._end_bill(segment)
        if self.repeats:
            first, number = self.repeats[0]
            self.envelope.notes.append(
                f"line {first.line}: bills whose number their transaction set has used before: {len(self.repeats)};"
                f" they are told apart, the first as {number}"
            )

    def _take_manifest(self, segment: Segment) -> None:
        self.manifest = _pick(segment, MANIFEST)

    def _take_port(self, segment: Segment) -> None:
        self._end_bill(segment)
        self.port = _pick(segment, PORT)

    def _begin_bill(self, segment: Segment) -> Draft:
        self._end_bill(segment)
        bill = {**self._describe_envelope(), **self.manifest, **self.port, "bill_position": str(segment.number)}
        bill["assigned_number"] = segment.get(1) if segment.tag == "LX" else None
        self.bill, self.bill_segment = bill, segment
        return bill

    def _describe_envelope(self) -> Draft:
        isa, gs, st = (self.envelope.open[tag] for tag in ("ISA", "GS", "ST"))
        day, time = isa.get(9) or "", isa.get(10) or ""
        return {
            "interchange_control_number": isa.get(13), "group_control_number": gs.get(6),
            "set_control_number": st.get(2), "sender_id": isa.get(6), "receiver_id": isa.get(8),
            "sent_at": f"20{day[:2]}-{day[2:4]}-{day[4:6]}T{time[:2]}:{time[2:4]}:00Z",
        }  # fmt: skip

    def _open_bill(self, segment: Segment, column: str) -> Draft:
        """Return the bill that the segment describes: a new one where the last one has such a segment already."""
        if self.bill is None or column in self.bill:
            return self._begin_bill(segment)
        return self.bill

    def _take_amendment(self, segment: Segment) -> None:
        bill = self._open_bill(segment, "amendment_type_code")
        bill["amendment_type_code"] = segment.get(3)
        bill["amended_bill_number"], bill["amended_issuer_code"] = segment.get(4), segment.get(9)

    def _take_bill(self, segment: Segment) -> None:
        self._open_bill(segment, "bill_number").update(_pick(segment, BILL_DETAIL))

    def _end_bill(self, _: Segment) -> None:
        if self.bill is not None and self.bill_segment is not None:
            self._file_bill(self.bill, self.bill_segment)
        self._forget_bill()

    def _file_bill(self, bill: Draft, begun: Segment) -> None:
        if "bill_number" not in bill and bill.get("amendment_type_code") not in (None, "D"):
            bill["reject_rule"] = "amendment_without_bill"
        bill["bill_number"] = bill.get("bill_number") or bill.get("amended_bill_number")
        bill["issuer_code"] = bill.get("issuer_code") or bill.get("amended_issuer_code") or bill.get("carrier_code")
        named = (bill["issuer_code"], bill["bill_number"])
        self.occurrences[named] = self.occurrences.get(named, 0) + 1
        bill["bill_occurrence"] = str(self.occurrences[named])
        if self.occurrences[named] > 1:
            self.repeats.append((begun, f"{named[1]}#{self.occurrences[named]}"))
        self.rows[BILL].append((begun.number, bill))

    def _child(self, **values: str | None) -> Draft:
        return {"bill_position": str(self.bill_segment.number) if self.bill_segment else None, **values}

    def _begin_party(self, segment: Segment) -> None:
        self.party = self._child(**_pick(segment, PARTY_NAME))
        self.rows[PARTY].append((segment.number, self.party))

    def _take_name(self, segment: Segment) -> None:
        self.party["additional_name"] = " ".join(filter(None, (segment.get(1), segment.get(2)))) or None

    def _take_address(self, segment: Segment) -> None:
        taken = sum(1 for name in self.party if name.startswith("address_"))
        for index, piece in enumerate(filter(None, (segment.get(1), segment.get(2))), taken + 1):
            self.party[f"address_{index}"] = piece

    def _take_place(self, segment: Segment) -> None:
        self.party.update(_pick(segment, PARTY_PLACE))

    def _take_contact(self, segment: Segment) -> None:
        self.party["contact_name"] = segment.get(2)
        numbers = {segment.get(position): segment.get(position + 1) for position in (3, 5, 7)}
        self.party["phone"], self.party["email"] = numbers.get("TE"), numbers.get("EM")

    def _take_equipment(self, segment: Segment) -> None:
        self.equipment, self.goods = segment, None
        row = self._child(equipment_position=str(segment.number), **_pick(segment, EQUIPMENT_DETAIL))
        self.rows[EQUIPMENT].append((segment.number, row))

    def _take_goods(self, segment: Segment) -> None:
        picked = _pick(segment, GOODS_DETAIL)
        if self.goods is not None and not any(
            value for name, value in picked.items() if name not in ("description", "marks")
        ):
            _run_on(self.goods, "description", picked["description"], DESCRIPTION_WIDTH)
            _run_on(self.goods, "marks", picked["marks"], MARKS_WIDTH)
            return
        place = str(self.equipment.number) if self.equipment else None
        self.goods = self._child(equipment_position=place, **picked)
        self.goods["description_end"], self.goods["marks_end"] = picked["description"], picked["marks"]
        self.rows[GOODS].append((segment.number, self.goods))

    def _take_hazard(self, segment: Segment) -> None:
        if self.goods is not None:
            codes = (self.goods.get("hazmat_codes"), segment.get(1))
            self.goods["hazmat_codes"] = ",".join(filter(None, codes)) or None


def _pick(segment: Segment, elements: Elements) -> Draft:
    return {name: segment.get(position) for name, position in elements.items()}


def _run_on(goods: Draft, column: str, piece: str | None, width: int) -> None:
    """Append a piece of text, after a space unless the piece before it fills its element."""
    if piece:
        last = goods[f"{column}_end"] or ""
        gap = "" if len(last) == width or not goods[column] else " "
        goods[column] = f"{goods[column] or ''}{gap}{piece}"
        goods[f"{column}_end"] = piece


LINKS = tuple(
    Link(child=table, parent=BILL, columns=("source_file", "bill_position")) for table in (PARTY, EQUIPMENT, GOODS)
)

FEED = Feed(
    folder="ocean_x12_309",
    noun="ocean_x12_309",
    title="Ocean manifests (X12)",
    tables=TABLES,
    read_file=read_file,
    core_tables=("core.shipment", "core.shipment_line", "core.shipment_party", "core.shipment_equipment"),
    links=LINKS,
)
