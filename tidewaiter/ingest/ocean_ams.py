"""The feed `ocean_ams`: the public release of ocean bills, eleven CSV tables, told apart by the names of the files.

Belongs here: which file is which table of which release, and how the 2018 sample release differs.
Belongs elsewhere: reading CSV (delimited.py), what the columns mean (contracts), mapping (sql/ocean_ams).
"""

import re
from datetime import UTC, datetime

import duckdb

from data_quality.contract import load_contract
from tidewaiter.errors import FileRefusedError
from tidewaiter.ingest.delimited import read_delimited, read_header
from tidewaiter.ingest.feed import Feed, LandedFile, Link, Note

HEADER = "raw.ocean_ams_header"
CHILDREN = tuple(
    f"raw.ocean_ams_{name}"
    for name in (
        "billgen", "cargodesc", "hazmat", "hazmatclass", "tariff", "consignee", "notifyparty", "shipper", "container",
        "marksnumbers",
    )
)  # fmt: skip
TABLES = (HEADER, *CHILDREN)
# ams__header_2020__202008241500.csv; the sample of 2018 has single underscores and no stamp.
FILE_NAME = re.compile(r"ams_{1,2}(?P<table>[a-z]+)_(?P<year>\d{4})(?:_+(?P<stamp>.*))?\.csv")
STAMP = re.compile(r"\d{12}")
BUSINESS_DATE = re.compile(r"(?:^|/)(\d{4}-\d{2}-\d{2})/")
# What a header file must have beside the contract's required columns, which are those of every release.
RELEASE_NEEDS = (
    "carrier_code", "vessel_name", "foreign_port_of_lading", "manifest_quantity", "weight", "weight_unit",
    "record_status_indicator",
)  # fmt: skip
SAMPLE_NEEDS = ("vessel_name", "foreign_port_of_lading", "weight")
SAMPLE_KEY = "index"


def read_file(con: duckdb.DuckDBPyConnection, file: LandedFile) -> tuple[Note, ...]:
    """Append one table of a release to its raw table.

    Raises:
        FileRefusedError: the name or the header is that of no table of the release.
    """
    table, year, released_at = _read_name(file)
    is_sample = table == HEADER and SAMPLE_KEY in (names := read_header(file)) and "identifier" not in names
    # The reader fills release_at from the name, so no header has it.
    needed = tuple(name for name in load_contract(table).required_names if name != "release_at")
    if table == HEADER:
        needed += SAMPLE_NEEDS if is_sample else RELEASE_NEEDS
    notes = read_delimited(
        con,
        table,
        file,
        rename={SAMPLE_KEY: "identifier"} if is_sample else None,
        needed=needed,
        stated={"release_at": released_at},
        prefix={"identifier": year} if is_sample else None,
    )
    return (*notes, *(["sample release: identifier is the year and the row's index"] if is_sample else []))


def _read_name(file: LandedFile) -> tuple[str, str, str]:
    """Return the raw table, the year and the time of release that a file's name states."""
    found = FILE_NAME.match(file.plain_name)
    if not found:
        raise FileRefusedError(
            file.name, "the name is not that of a table of the release",
            fix="name it ams__<table>_<year>__<release as YYYYMMDDhhmm>.csv",
        )  # fmt: skip
    table = f"raw.ocean_ams_{found['table']}"
    if table not in TABLES:
        known = ", ".join(name.removeprefix("raw.ocean_ams_") for name in TABLES)
        raise FileRefusedError(file.name, f"the release has no table {found['table']}", fix=f"its tables are {known}")
    return table, found["year"], _read_release(file, found["stamp"] or "")


def _read_release(file: LandedFile, stamp: str) -> str:
    """Return the time in the release stamp, or the start of the business date where the name has no stamp."""
    if not STAMP.fullmatch(stamp):
        dated = BUSINESS_DATE.search(file.name)
        if not dated:
            raise FileRefusedError(
                file.name, "neither the name nor the folder says when it was released",
                fix="end the name in __<release as YYYYMMDDhhmm>.csv",
            )  # fmt: skip
        return f"{dated[1]}T00:00:00Z"
    try:
        return datetime.strptime(stamp, "%Y%m%d%H%M").replace(tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except ValueError as problem:
        raise FileRefusedError(
            file.name, f"the release stamp {stamp} is no time", fix="name the release as YYYYMMDDhhmm"
        ) from problem


LINKS = tuple(Link(child=table, parent=HEADER, columns=("identifier",)) for table in CHILDREN)

FEED = Feed(
    folder="ocean_ams",
    noun="ocean_ams",
    title="Ocean bills",
    tables=TABLES,
    read_file=read_file,
    core_tables=("core.shipment", "core.shipment_line", "core.shipment_party", "core.shipment_equipment"),
    links=LINKS,
)
