"""The feed `watchlist/local`: names that the targeting centre itself looks for, each with reason, owner and dates.

Belongs here: the reader of this feed.
Belongs elsewhere: what the columns mean (contract raw.local_list), its mapping (sql/local_list).
"""

import duckdb

from data_quality.contract import load_contract
from tidewaiter.ingest.delimited import read_delimited
from tidewaiter.ingest.feed import Feed, LandedFile, Note

TABLE = "raw.local_list"


def read_file(con: duckdb.DuckDBPyConnection, file: LandedFile) -> tuple[Note, ...]:
    """Append the file's entries to the raw table; every column has to be there, if only to be left empty."""
    return read_delimited(con, TABLE, file, needed=load_contract(TABLE).column_names)


# A header alone is a list of which every entry has been taken off, so the table may be empty.
FEED = Feed(
    folder="watchlist/local",
    noun="local_list",
    title="The centre's own watch list",
    tables=(TABLE,),
    read_file=read_file,
    core_tables=("reference.watchlist_entry",),
    is_snapshot=True,
    in_force=("valid_from", "valid_to"),
)
