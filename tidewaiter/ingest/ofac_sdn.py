"""The feed `watchlist/ofac_sdn`: the Specially Designated Nationals list in its official three files.

Belongs here: which of the three files a landed file is, and the marks of their age (no header, end-of-file byte).
Belongs elsewhere: reading CSV (delimited.py), what the columns mean (contracts), mapping (sql/ofac_sdn).
"""

import re

import duckdb

from data_quality.contract import load_contract
from tidewaiter.errors import FileRefusedError
from tidewaiter.ingest.delimited import read_delimited
from tidewaiter.ingest.feed import Feed, LandedFile, Link, Note

ENTITY, ALIAS, ADDRESS = "raw.ofac_sdn", "raw.ofac_alt", "raw.ofac_add"
TABLES = (ENTITY, ALIAS, ADDRESS)
FILE_NAME = re.compile(r"(?:.*[^a-z])?(sdn|alt|add)\.csv")
CONSOLIDATED = re.compile(r"(^|[^a-z])cons[^a-z]")
# The files end as CP/M files did: with one control-Z after the last line. It is no row.
END_OF_FILE = r"\s*\x1A\s*"


def read_file(con: duckdb.DuckDBPyConnection, file: LandedFile) -> tuple[Note, ...]:
    """Append one of the three files to its raw table.

    Raises:
        FileRefusedError: the name is that of none of the three.
    """
    found = FILE_NAME.fullmatch(file.plain_name)
    if not found or CONSOLIDATED.search(file.plain_name):
        raise FileRefusedError(
            file.name, "the name is none of SDN.CSV, ALT.CSV and ADD.CSV",
            fix="land the three files under their own names",
        )  # fmt: skip
    contract = load_contract(f"raw.ofac_{found[1]}")
    notes = read_delimited(con, contract.table, file, header=contract.column_names)
    con.execute(
        f"""
        delete from raw_{contract.noun}
        where source_file = $file and reject_rule is not null and regexp_full_match(raw_text, $end)
        """,
        {"file": file.name, "end": END_OF_FILE},
    )
    return notes


LINKS = tuple(Link(child=table, parent=ENTITY, columns=("entity_id",)) for table in (ALIAS, ADDRESS))

FEED = Feed(
    folder="watchlist/ofac_sdn",
    noun="ofac_sdn",
    tables=TABLES,
    read_file=read_file,
    core_tables=("reference.watchlist_entry",),
    is_snapshot=True,
    links=LINKS,
)
