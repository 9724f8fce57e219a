"""The feed `place/schedule_k`: ports of the world by UN/LOCODE with their Schedule K or D code, as CSV.

Belongs here: the spelling of its header.
Belongs elsewhere: what the columns mean (contract raw.schedule_k), its mapping (sql/schedule_k).
"""

import duckdb

from tidewaiter.ingest.delimited import read_delimited
from tidewaiter.ingest.feed import Feed, LandedFile, Note

TABLE = "raw.schedule_k"
RENAME = {"lon": "longitude_deg", "lat": "latitude_deg"}
NEEDED = ("unlocode", "name", "census_schedule_code")


def read_file(con: duckdb.DuckDBPyConnection, file: LandedFile) -> tuple[Note, ...]:
    """Append the file's ports to the raw table."""
    return read_delimited(con, TABLE, file, rename=RENAME, needed=NEEDED)


FEED = Feed(
    folder="place/schedule_k",
    noun="schedule_k",
    title="Foreign ports (Schedule K)",
    tables=(TABLE,),
    read_file=read_file,
    core_tables=("reference.foreign_port",),
    is_snapshot=True,
    needed_tables=(TABLE,),
)
