"""The feed `watchlist/wro`: Withhold Release Orders and Findings on goods made with forced labor, as CSV.

Belongs here: the reader of this feed.
Belongs elsewhere: what the columns mean (contract raw.wro), names apart from each other (sql/wro).
"""

import duckdb

from tidewaiter.ingest.delimited import read_delimited
from tidewaiter.ingest.feed import Feed, LandedFile, Note

TABLE = "raw.wro"


def read_file(con: duckdb.DuckDBPyConnection, file: LandedFile) -> tuple[Note, ...]:
    """Append the file's orders and findings to the raw table."""
    return read_delimited(con, TABLE, file)


FEED = Feed(
    folder="watchlist/wro",
    noun="wro",
    title="Withhold release orders",
    tables=(TABLE,),
    read_file=read_file,
    core_tables=("reference.watchlist_entry",),
    is_snapshot=True,
    needed_tables=(TABLE,),
    in_force=("effective_date", None),
)
