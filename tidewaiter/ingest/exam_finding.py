"""The feed `exam_finding`: what examinations established, as CSV.

Belongs here: the reader of this feed.
Belongs elsewhere: its columns and rules (contract raw.exam_finding), labels (tidewaiter/outcomes).
"""

import duckdb

from tidewaiter.ingest.delimited import read_delimited
from tidewaiter.ingest.feed import Feed, LandedFile, Note

TABLE = "raw.exam_finding"


def read_file(con: duckdb.DuckDBPyConnection, file: LandedFile) -> tuple[Note, ...]:
    """Append the file's findings to the raw table."""
    return read_delimited(con, TABLE, file)


FEED = Feed(
    folder="exam_finding",
    noun="exam_finding",
    title="Examination results",
    tables=(TABLE,),
    read_file=read_file,
)
