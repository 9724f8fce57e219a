"""The feed `watchlist/csl`: the Consolidated Screening List of the International Trade Administration, as CSV.

Belongs here: the columns that screening cannot do without.
Belongs elsewhere: what the columns mean (contract raw.csl), its mapping (sql/csl).
"""

import duckdb

from tidewaiter.ingest.delimited import read_delimited
from tidewaiter.ingest.feed import Feed, LandedFile, Note

TABLE = "raw.csl"
NEEDED = ("source", "entity_number", "type", "programs", "name", "addresses", "start_date", "end_date", "alt_names")


def read_file(con: duckdb.DuckDBPyConnection, file: LandedFile) -> tuple[Note, ...]:
    """Append the file's entries to the raw table."""
    return read_delimited(con, TABLE, file, rename={"_id": "record_id"}, needed=NEEDED)


FEED = Feed(
    folder="watchlist/csl",
    noun="csl",
    title="Consolidated Screening List",
    tables=(TABLE,),
    read_file=read_file,
    core_tables=("reference.watchlist_entry",),
    is_snapshot=True,
    needed_tables=(TABLE,),
    in_force=("start_date", "end_date"),
)
