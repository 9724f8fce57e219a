"""Made-up watch lists besides the sanctions list, and real ports, each in its official layout and with its dates.

Belongs here: small lists of which some names are those of the sample's shippers, on two days each.
Belongs elsewhere: the sanctions list (watchlist.py), reading lists and looking names up.
"""

import csv
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

from sample_data.list_scene import ListScene
from sample_data.place import LADINGS, PORTS, UNLADINGS
from sample_data.watchlist import Record, list_alias, quote_record

Row = Sequence[str]
# Positions, among parcel shippers, of those that a list names; the UFLPA list names its one in the second edition only.
_DENIED_SHIPPER, _FORCED_LABOUR_SHIPPER, _LOCAL_SHIPPER = 12, 45, 88
# Words that the sanctions list leaves.
_FIRST_WORD = 140
_DPL_HEADER = (
    "Name", "Street_Address", "City", "State", "Country", "Postal_Code", "Effective_Date", "Expiration_Date",
    "Standard_Order", "Last_Update", "Action", "FR_Citation",
)  # fmt: skip
_CSL_HEADER = (
    "_id", "source", "entity_number", "type", "programs", "name", "title", "addresses", "federal_register_notice",
    "start_date", "end_date", "standard_order", "license_requirement", "license_policy", "call_sign", "vessel_type",
    "gross_tonnage", "gross_registered_tonnage", "vessel_flag", "vessel_owner", "remarks", "source_list_url",
    "alt_names", "citizenships", "dates_of_birth", "nationalities", "places_of_birth", "source_information_url", "ids",
)  # fmt: skip
_UFLPA_HEADER = ("entity", "aliases", "sector", "year_listed_as_stated", "uflpa_2d2B_paragraph_as_stated")
_WRO_HEADER = ("entity", "country", "industry", "effective_date", "action_type")
_LOCAL_HEADER = ("name", "aliases", "country", "reason", "owner", "valid_from", "valid_to")
_PORT_HEADER = ("port_code", "port_name", "district_code")
_FOREIGN_PORT_HEADER = (
    "unlocode", "name", "city", "province", "country", "lon", "lat", "timezone", "census_schedule_code", "unlocs",
)  # fmt: skip
# Ports that no shipment of the sample names.
_OTHER_PORTS = (
    ("0101", "Portland, ME"),
    ("0401", "Boston, MA"),
    ("2809", "San Francisco, CA"),
    ("3801", "Detroit, MI"),
)


def write_lists(scene: ListScene, folder: Path) -> None:
    """Writes each watch list on the first day and again in the middle, and the ports on the first day."""
    _write(folder / "place/schedule_d", scene.first_day, "ports.csv", _PORT_HEADER, _list_ports())
    _write(folder / "place/schedule_k", scene.first_day, "sea_ports.csv", _FOREIGN_PORT_HEADER, _list_foreign_ports())
    for edition, today in enumerate((0, scene.days // 2) if scene.days > 1 else (0,)):
        day, lists = scene.first_day + timedelta(days=today), folder / "watchlist"
        _write_ofac(scene, lists / "ofac_cons" / day.isoformat())
        _write(lists / "bis_dpl", day, "dpl.tsv", _DPL_HEADER, _list_denied(scene), delimiter="\t")
        _write(lists / "csl", day, "consolidated.csv", _CSL_HEADER, _list_screening(scene))
        _write(lists / "uflpa", day, "uflpa.csv", _UFLPA_HEADER, _list_forced_labor(scene)[: 4 + edition])
        _write(lists / "wro", day, "wro.csv", _WRO_HEADER, _list_orders(scene))
        _write(lists / "local", day, "local.csv", _LOCAL_HEADER, _list_local(scene))


def _write(folder: Path, day: date, name: str, header: Row, rows: Iterable[Row], *, delimiter: str = ",") -> None:
    target = folder / day.isoformat()
    target.mkdir(parents=True)
    text = StringIO()
    # The tab-separated list quotes everything, the others what needs it.
    writer = csv.writer(
        text,
        delimiter=delimiter,
        quoting=csv.QUOTE_ALL if delimiter == "\t" else csv.QUOTE_MINIMAL,
        lineterminator="\n",
    )
    writer.writerow(header)
    writer.writerows(rows)
    (target / name).write_text(text.getvalue(), encoding="utf-8")


def _write_ofac(scene: ListScene, target: Path) -> None:
    target.mkdir(parents=True)
    words = scene.list_words[_FIRST_WORD:]
    entities: list[Record] = [
        [95_001 + i, f"{words[i].upper()} HOLDING", None, "NS-PLC", *[None] * 8] for i in range(3)
    ]
    aliases: list[Record] = [[95_001, 85_001, "aka", f"{words[0]} Council", None]]
    addresses: list[Record] = [
        [95_001 + i, 75_001 + i, f"{i + 1} {words[i]} Road", "Kwun Tong", "Hong Kong", None] for i in range(3)
    ]
    for name, rows in (("PRIM", entities), ("ALT", aliases), ("ADD", addresses)):
        text = "".join(",".join(quote_record(value) for value in row) + "\r\n" for row in rows)
        (target / f"CONS_{name}.CSV").write_bytes(text.encode("ascii") + b"\x1a")


def _us_date(day: date) -> str:
    return day.strftime("%m/%d/%Y")


def _list_denied(scene: ListScene) -> list[Row]:
    """One order in force, one that ends and one that begins during the sample, one long over."""
    words, middle = scene.list_words[_FIRST_WORD + 3 :], scene.first_day + timedelta(days=scene.days // 2)
    spans = (
        (list_alias(scene, _DENIED_SHIPPER), date(2021, 3, 1), date(2031, 3, 1)),
        (f"{words[0]} {words[1]}".upper(), date(2020, 5, 4), middle),
        (f"{words[2]} AVIONICS LTD.".upper(), middle, date(2036, 1, 31)),
        (f"{words[3]} FREIGHT".upper(), date(2003, 6, 19), date(2013, 6, 19)),
    )
    return [
        (name, f"{i + 1} SAMPLE ROAD", "SAMPLETON", "", "AE", "", _us_date(first), _us_date(last), "Y",
         first.isoformat(), "F.R. NOTICE ADDED", "")
        for i, (name, first, last) in enumerate(spans)
    ]  # fmt: skip


def _list_screening(scene: ListScene) -> list[Row]:
    """Two entities: one that the sanctions list has too, one of a list that lands nowhere else."""
    words = scene.list_words
    facts: list[dict[str, str]] = [
        {
            "source": "Specially Designated Nationals (SDN) - Treasury Department", "entity_number": "90001",
            "type": "Entity", "programs": "SDGT", "name": f"{words[0].upper()} HOLDING", "addresses": "Shenzhen, CN",
        },
        {
            "source": "Entity List (EL) - Bureau of Industry and Security", "name": f"{words[_FIRST_WORD + 8]} Optics",
            "addresses": "1 Sample Road, Ankara, TR", "start_date": "2019-05-21",
            "alt_names": f"{words[_FIRST_WORD + 8]} Optik; {words[_FIRST_WORD + 9]} Photonics",
        },
    ]  # fmt: skip
    return [tuple(fact.get(name, "") for name in _CSL_HEADER) for fact in facts]


def _list_forced_labor(scene: ListScene) -> list[Row]:
    """Entities that are invented; the last is a shipper of the sample."""
    words = scene.list_words[_FIRST_WORD + 10 :]
    made = [
        (f"{words[i]} Textile Co., Ltd.", f"{words[i]} Textile|{words[i]} Mill", "Cotton yarn", "2023", "ii")
        for i in range(4)
    ]
    shipper: str = scene.name_shipper(_FORCED_LABOUR_SHIPPER)
    return [*made, (shipper, "", "Apparel", "2026", "i")]


def _list_orders(scene: ListScene) -> list[Row]:
    words = scene.list_words[_FIRST_WORD + 14 :]
    return [
        (f"{words[0]} Glove Factory, a/k/a {words[0]} Works", "Malaysia", "Health", "3/5/2021", "WRO"),
        (f"{words[1]} Mink Industrial", "China", "All", "12/28/1993", "Finding"),
        (f"Fishing Vessel: {words[2]} 7", "China", "Agriculture", "5/28/2025", "WRO"),
    ]


def _list_local(scene: ListScene) -> list[Row]:
    """Two names in force and one that no longer is."""
    words, first = scene.list_words[_FIRST_WORD + 17 :], scene.first_day
    shipper: str = scene.name_shipper(_LOCAL_SHIPPER)
    reason, owner = "found undervalued three times", "Sample Desk 4"
    return [
        (shipper, "", "", reason, owner, first.isoformat(), ""),
        (f"{words[0]} Trading", f"{words[0]} Trade|{words[0]} Ltd.", "CN", reason, owner, first.isoformat(),
         (first + timedelta(days=365)).isoformat()),
        (f"{words[1]} Express", "", "HK", reason, owner, "2024-01-01", "2024-12-31"),
    ]  # fmt: skip


def _list_ports() -> list[Row]:
    """The ports that shipments of the sample name and a few others, in order of code."""
    named = {code: port.name for code, port in PORTS.items()} | {port.code: port.spelling for port in UNLADINGS}
    return [(code, name, code[:2]) for code, name in sorted((named | dict(_OTHER_PORTS)).items())]


def _list_foreign_ports() -> list[Row]:
    every = sorted((port for ports in LADINGS.values() for port in ports), key=lambda port: port.locode)
    return [
        (port.locode, port.spelling.split(",")[0].strip(), "", "", port.spelling.split(",")[1], "", "", "", port.code,
         port.locode)
        for port in every
    ]  # fmt: skip
