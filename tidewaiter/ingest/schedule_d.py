"""The feed `place/schedule_d`: ports of entry of the United States, as CSV.

Belongs here: the reader of this feed.
Belongs elsewhere: what the columns mean (contract raw.schedule_d), its mapping (sql/schedule_d).
"""

import duckdb

from tidewaiter.ingest.delimited import read_delimited
from tidewaiter.ingest.feed import Feed, LandedFile, Note

TABLE = "raw.schedule_d"


def read_file(con: duckdb.DuckDBPyConnection, file: LandedFile) -> tuple[Note, ...]:
    """Append the file's ports to the raw table, codes as text, so that leading zeros stay."""
    return read_delimited(con, TABLE, file)


FEED = Feed(
    folder="place/schedule_d",
    noun="schedule_d",
    title="US ports (Schedule D)",
    tables=(TABLE,),
    read_file=read_file,
    core_tables=("reference.port",),
    is_snapshot=True,
    needed_tables=(TABLE,),
)
