"""The feed `air_waybill`: house air waybills filed before loading, as CSV or JSON Lines.

Belongs here: which reader a file of this feed gets, and the word on masters with a wrong check digit.
Belongs elsewhere: its columns and rules (contract raw.air_waybill), its mapping (sql/air_waybill).
"""

import duckdb

from data_quality.contract import load_contract
from tidewaiter.errors import FileRefusedError
from tidewaiter.ingest.columnar import read_json_lines
from tidewaiter.ingest.delimited import read_delimited
from tidewaiter.ingest.feed import Feed, LandedFile, Note

TABLE = "raw.air_waybill"
READERS = {".csv": read_delimited, ".jsonl": read_json_lines, ".ndjson": read_json_lines}
MASTER = r"^[0-9]{3}-[0-9]{8}$"


def read_file(con: duckdb.DuckDBPyConnection, file: LandedFile) -> tuple[Note, ...]:
    """Append the file's house air waybills to the raw table."""
    ending = "." + file.plain_name.rsplit(".", 1)[-1]
    if ending not in READERS:
        raise FileRefusedError(file.name, f"{ending} is not a format of this feed", fix=f"use {', '.join(READERS)}")
    return (*READERS[ending](con, TABLE, file), *_note_check_digits(con, file))


def _note_check_digits(con: duckdb.DuckDBPyConnection, file: LandedFile) -> tuple[Note, ...]:
    """Return a warning when the last digit of a master is not its serial's remainder by seven (IATA Resolution 600a).

    Such a row is kept: the goods fly under the number as filed, and a held shipment is one that nobody looks at.
    """
    stored = load_contract(TABLE).column("master_awb").transform
    wrong_n, first = con.execute(
        f"""
        select count(*), min(source_line)
        from (select source_line, {stored} as stored from raw_air_waybill where source_file = $file)
        where regexp_matches(stored, $form)
            and try_cast(substr(stored, 5, 7) as integer) % 7 <> try_cast(substr(stored, 12, 1) as integer)
        """,
        {"file": file.name, "form": MASTER},
    ).fetchall()[0]
    if not wrong_n:
        return ()
    return (f"line {first}: master air waybills whose check digit is wrong: {wrong_n:,}, this one first; kept",)


FEED = Feed(
    folder="air_waybill",
    noun="air_waybill",
    title="Air waybills",
    tables=(TABLE,),
    read_file=read_file,
    core_tables=("core.shipment", "core.shipment_line", "core.shipment_party"),
)
