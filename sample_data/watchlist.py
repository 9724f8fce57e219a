"""A made-up sanctions list in the official three-file layout, with a few aliases that shippers of the sample carry.

Belongs here: listed entities, aliases, addresses and the refreshed edition in the middle of the sample.
Belongs elsewhere: reading and matching lists.
"""

from datetime import timedelta
from pathlib import Path

import numpy as np

from sample_data.list_scene import ListScene
from sample_data.place import COUNTRIES
from sample_data.word import draw_streets

N_ENTITIES = 60
_NULL = "-0- "
_PROGRAMS = ("SDGT", "SDNTK", "NPWMD", "GLOMAG", "RUSSIA-EO14024")
_KINDS = ("Holding", "Chemical Industries", "Shipping Lines", "General Trading", "Procurement Office", "Foundation")
_REMARK = "Sample entry; wholly fictional."
# Positions, among parcel shippers, of those that carry a listed alias; the last is listed in the second edition only.
_LISTED_SHIPPERS = (5, 61, 173, 290)
_FIRST_NUMBER = 90_001
_DELISTED = 17
Record = list[str | int | None]


def write_watchlist(scene: ListScene, folder: Path) -> None:
    """Writes the first day's edition and a refreshed one in the middle: one entity gone, two new, one moved."""
    rng = scene.make_rng(8)
    entities, addresses = _make_entities(scene), _make_addresses(rng)
    aliases = _make_aliases(scene)
    new = (_FIRST_NUMBER + N_ENTITIES - 2, _FIRST_NUMBER + N_ENTITIES - 1)
    _write_edition(
        scene, folder, 0, [[row for row in rows if row[0] not in new] for rows in (entities, aliases, addresses)]
    )
    if scene.days > 1:
        gone = _FIRST_NUMBER + _DELISTED
        moved = [
            [*row[:2], "2 Moved Office Yard", *row[3:]] if row[0] == _FIRST_NUMBER + 3 else row for row in addresses
        ]
        tables = (entities, aliases, moved)
        _write_edition(scene, folder, scene.days // 2, [[row for row in rows if row[0] != gone] for rows in tables])


def _write_edition(scene: ListScene, folder: Path, today: int, tables: list[list[Record]]) -> None:
    target = folder / (scene.first_day + timedelta(days=today)).isoformat()
    target.mkdir(parents=True)
    for name, rows in zip(("SDN.CSV", "ALT.CSV", "ADD.CSV"), tables, strict=True):
        text = "".join(",".join(quote_record(value) for value in row) + "\r\n" for row in rows)
        # The official files end with the old end-of-file byte.
        (target / name).write_bytes(text.encode("ascii") + b"\x1a")


def quote_record(value: str | int | None) -> str:
    """Numbers bare, text in double quotes, nothing as the official null."""
    if value is None:
        return _NULL
    return str(value) if isinstance(value, int) else f'"{value}"'


def _make_entities(scene: ListScene) -> list[Record]:
    """Twelve columns a row: number, name, type, programme, title, six about ships, remarks."""
    words = scene.list_words
    rows: list[Record] = []
    for i in range(N_ENTITIES):
        program = _PROGRAMS[i % len(_PROGRAMS)]
        blank: Record = [None] * 6
        if i % 10 == 7:
            ship: Record = ["Cargo", None, "Bulk Cargo", "41000", "23000", "Panama"]
            rows.append(
                [
                    _FIRST_NUMBER + i,
                    f"{words[i].upper()} STAR",
                    "vessel",
                    program,
                    None,
                    *ship[1:],
                    f"{words[i]} Holding",
                    _REMARK,
                ]
            )
        elif i % 5 == 2:
            name = f"{words[i].upper()}, {words[i + 60]}"
            rows.append([_FIRST_NUMBER + i, name, "individual", program, "Director", *blank, _REMARK])
        else:
            rows.append(
                [
                    _FIRST_NUMBER + i,
                    f"{words[i].upper()} {_KINDS[i % len(_KINDS)].upper()}",
                    None,
                    program,
                    None,
                    *blank,
                    _REMARK,
                ]
            )
    return rows


def _make_aliases(scene: ListScene) -> list[Record]:
    """Five columns a row: number, alias number, kind, alias, remarks."""
    words = scene.list_words
    rows: list[Record] = []
    for i in range(N_ENTITIES):
        names = [f"{words[i + 60]} {words[i]} CO."] if i % 3 else []
        names += [f"{words[i]} {words[i + 80]} GROUP"] if i % 4 == 1 else []
        names += [list_alias(scene, _LISTED_SHIPPERS[k]) for k, at in enumerate((4, 21, 33, N_ENTITIES - 1)) if at == i]
        rows += [
            [_FIRST_NUMBER + i, 80_001 + 10 * i + k, ("aka", "fka")[k % 2], name, None] for k, name in enumerate(names)
        ]
    return rows


def list_alias(scene: ListScene, shipper: int) -> str:
    """The shipper's name as a list would write it: capitals, no stops or commas."""
    return scene.name_shipper(shipper).upper().replace(".", "").replace(",", "")


def _make_addresses(rng: np.random.Generator) -> list[Record]:
    """Six columns a row: number, address number, street, town, country, remarks; some entities have no address."""
    streets = draw_streets(rng, N_ENTITIES)
    countries = list(COUNTRIES.values())
    rows: list[Record] = []
    for i in range(N_ENTITIES):
        country = countries[i % len(countries)]
        town = f"{country.towns[0][0]} {country.towns[0][2]}".strip()
        if i % 6 == 5:
            rows.append([_FIRST_NUMBER + i, 70_001 + i, None, None, country.name, None])
        elif i % 6 != 4:
            rows.append([_FIRST_NUMBER + i, 70_001 + i, streets[i], town, country.name, None])
    return rows
