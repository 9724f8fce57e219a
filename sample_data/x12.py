"""Writes ocean bills as X12 309 (004010) manifests: one interchange a day, one transaction set a ship.

Belongs here: segments, wrapping and control counts.
Belongs elsewhere: the bills and their ships (bill.py).
"""

from datetime import date, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import Any

import polars as pl

from sample_data.trade import World

_WIDTH = 45
_NAME_WIDTH = 35
_SENDER, _RECEIVER = "ZQSHIPLINE", "SAMPLEPORT"
_MARKS = ("NO MARKS", "AS ADDRESSED", "CTN NO 1-UP MADE IN ORIGIN KEEP DRY THIS SIDE UP HANDLE WITH CARE", "N/M")
_CLAUSES = (
    "FREIGHT PREPAID", "FREIGHT COLLECT SHIPPER LOAD STOW AND COUNT",
    "FREIGHT PREPAID NO WOOD PACKAGING MATERIAL USED FCL / FCL", "SAID TO CONTAIN",
)  # fmt: skip
_SEPARATORS = str.maketrans(dict.fromkeys("*~>", " "))
_FIRMS = {"2704": "Y258", "4601": "E364", "2709": "W185", "1703": "L736"}
Row = dict[str, Any]


def write_x12(world: World, bills: pl.DataFrame, containers: pl.DataFrame, folder: Path) -> None:
    """Writes manifest_<date>.edi with the X12 bills of each day."""
    boxes: dict[int, list[Row]] = {}
    for box in containers.filter("is_x12").iter_rows(named=True):
        boxes.setdefault(box["bill"], []).append(box)
    for today, part in bills.filter("is_x12").partition_by("day", maintain_order=True, as_dict=True).items():
        day = world.first_day + timedelta(days=int(today[0]))
        segments = _list_interchange(part, boxes, day, int(today[0]) + 1)
        target = folder / day.isoformat()
        target.mkdir(parents=True)
        text = "".join(f"{segment}~\n" for segment in segments)
        (target / f"manifest_{day.isoformat()}.edi").write_text(text, encoding="ascii", newline="")


def _list_interchange(bills: pl.DataFrame, boxes: dict[int, list[Row]], day: date, control: int) -> list[str]:
    """All segments of a day's interchange, from ISA to IEA, with control counts that agree."""
    sets = bills.sort("vessel_name", "bill").partition_by("vessel_name", maintain_order=True)
    sent = f"{day:%y%m%d}*0410"
    blank = " " * 10
    head = [
        f"ISA*00*{blank}*00*{blank}*ZZ*{_SENDER:<15}*ZZ*{_RECEIVER:<15}*{sent}*U*00401*{control:09d}*0*P*>",
        f"GS*SO*{_SENDER}*{_RECEIVER}*{day:%Y%m%d}*0410*{control}*X*004010",
    ]
    body = [segment for i, part in enumerate(sets) for segment in _list_set(part, boxes, day, control * 100 + i + 1)]
    return [*head, *body, f"GE*{len(sets)}*{control}", f"IEA*1*{control:09d}"]


def _list_set(bills: pl.DataFrame, boxes: dict[int, list[Row]], day: date, control: int) -> list[str]:
    """One ship's manifest for its port: ST to SE, the count including both."""
    first = bills.row(0, named=True)
    arrival = day + timedelta(days=3 + first["carrier"] % 5)
    body = [
        f"M10*{first['carrier_code']}*O*{first['flag']}*{first['ship_number']}*{first['vessel_name']}*{first['voyage']}"
        f"*{control:07d}*{bills.height}*P",
        f"P4*{first['unlading_code']}*{arrival:%y%m%d}  *{bills.height}*{_FIRMS[first['unlading_code']]}",
    ]
    for number, bill in enumerate(bills.iter_rows(named=True), start=1):
        body += [f"LX*{number}", *_list_bill(bill, boxes[bill["bill"]])]
    return [f"ST*309*{control}", *body, f"SE*{len(body) + 2}*{control}"]


def _list_bill(bill: Row, boxes: list[Row]) -> list[str]:
    segments = [
        f"M11*{bill['master_bill']}*{bill['lading_code']}*{bill['pieces_n']}*{bill['unit']}*{bill['weight_kg']}*K"
        f"*{bill['volume']}*X*00*{_clean(bill['shipper_city'])}**{bill['carrier_code']}",
        *_list_party("SH", bill, bill["shipper_names"][0], "shipper", bill["shipper_country"]),
        *_list_party("CN", bill, bill["importer_name"], "importer", "US"),
        *_list_party("N1", bill, bill["importer_name"], "importer", "US"),
        f"N1*FS*{bill['unlading_locode']}**{bill['unlading_locode']}",
    ]
    for box in boxes:
        segments += _list_box(box)
    return segments


def _list_party(role: str, bill: Row, name: str, prefix: str, country: str) -> list[str]:
    """N1, N3 and N4 of a party; what a name has over 35 characters begins the address."""
    name = _clean(name)
    address = "*".join(part for part in (name[_NAME_WIDTH:], _clean(bill[f"{prefix}_address"])[:55]) if part)
    state = bill[f"{prefix}_state"] or ""
    place = [
        _clean(bill[f"{prefix}_city"]),
        state if len(state) == 2 else "",
        bill[f"{prefix}_postal_code"] or "",
        country,
    ]
    return [f"N1*{role}*{name[:_NAME_WIDTH]}", f"N3*{address}", f"N4*{'*'.join(place)}"]


def _list_box(box: Row) -> list[str]:
    """VID, a first N10 with code, value and weight, H1 for dangerous goods, then the rest of text and marks."""
    number = box["container_number"]
    value = round(box["value_usd"] * box["box_kg"] / box["weight_kg"])
    code = box["hts10"]
    clause = _CLAUSES[box["bill"] % len(_CLAUSES)]
    text = (
        f"1 CONTAINER CONTAINING {box['box_pieces']} {box['unit']} OF {box['text']} HS {code[:4]}.{code[4:6]} {clause}"
    )
    pieces = list(zip_longest(_wrap(_clean(text)), _wrap(_MARKS[box["bill"] % len(_MARKS)]), fillvalue=""))
    hazard = [f"H1*{'3480' if code.startswith('850760') else '1760'}"] if box["is_hazmat"] else []
    seals = f"{box['seal_1']}*{box['seal_2'] or ''}"
    return [
        f"VID*{box['box_code']}*{number[:4]}*{number[4:]}*{seals}****{box['box_type']}*L*PP",
        f"N10*{box['box_pieces']}*{pieces[0][0]}*{pieces[0][1]}*J*{code[:6]}*{value}*K*{box['box_kg']}",
        *hazard,
        *(f"N10**{line}*{marks}" if marks else f"N10**{line}" for line, marks in pieces[1:]),
    ]


def _wrap(text: str) -> list[str]:
    """The text in pieces of 45 characters, broken where they end and not between words."""
    return [text[at : at + _WIDTH] for at in range(0, len(text), _WIDTH)]


def _clean(text: str) -> str:
    """The text in capitals without the characters that separate elements, segments and components."""
    return text.upper().translate(_SEPARATORS)
