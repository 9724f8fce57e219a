"""The feed `low_value_entry`: e-commerce entries as CSV, JSON Lines or Parquet.

Belongs here: which reader a file of this feed gets.
Belongs elsewhere: its columns and rules (contract raw.low_value_entry), its mapping (sql/low_value_entry).
"""

import duckdb

from tidewaiter.errors import FileRefusedError
from tidewaiter.ingest.columnar import read_json_lines, read_parquet
from tidewaiter.ingest.delimited import read_delimited
from tidewaiter.ingest.feed import Feed, LandedFile, Note

TABLE = "raw.low_value_entry"
READERS = {".csv": read_delimited, ".jsonl": read_json_lines, ".ndjson": read_json_lines, ".parquet": read_parquet}


def read_file(con: duckdb.DuckDBPyConnection, file: LandedFile) -> tuple[Note, ...]:
    """Append the file's entry lines to the raw table."""
    ending = "." + file.plain_name.rsplit(".", 1)[-1]
    if ending not in READERS:
        raise FileRefusedError(file.name, f"{ending} is not a format of this feed", fix=f"use {', '.join(READERS)}")
    return READERS[ending](con, TABLE, file)


FEED = Feed(
    folder="low_value_entry",
    noun="low_value_entry",
    title="E-commerce entries",
    tables=(TABLE,),
    read_file=read_file,
    core_tables=("core.shipment", "core.shipment_line", "core.shipment_party"),
)
