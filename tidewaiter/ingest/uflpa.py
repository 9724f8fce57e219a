"""The feed `watchlist/uflpa`: the Entity List of the Uyghur Forced Labor Prevention Act, as CSV.

Belongs here: the spelling of its header.
Belongs elsewhere: what the columns mean (contract raw.uflpa), its mapping (sql/uflpa).
"""

import duckdb

from tidewaiter.ingest.delimited import read_delimited
from tidewaiter.ingest.feed import Feed, LandedFile, Note

TABLE = "raw.uflpa"
RENAME = {"year_listed_as_stated": "year_listed", "uflpa_2d2B_paragraph_as_stated": "paragraph"}


def read_file(con: duckdb.DuckDBPyConnection, file: LandedFile) -> tuple[Note, ...]:
    """Append the file's entities to the raw table."""
    return read_delimited(con, TABLE, file, rename=RENAME, needed=("entity", "aliases"))


FEED = Feed(
    folder="watchlist/uflpa",
    noun="uflpa",
    title="UFLPA entity list",
    tables=(TABLE,),
    read_file=read_file,
    core_tables=("reference.watchlist_entry",),
    is_snapshot=True,
    needed_tables=(TABLE,),
)
