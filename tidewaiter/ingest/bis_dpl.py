"""The feed `watchlist/bis_dpl`: the Denied Persons List of the Bureau of Industry and Security, tab-separated.

Belongs here: the spelling of its header.
Belongs elsewhere: what the columns mean (contract raw.bis_dpl), its mapping (sql/bis_dpl).
"""

import duckdb

from tidewaiter.ingest.delimited import read_delimited
from tidewaiter.ingest.feed import Feed, LandedFile, Note

TABLE = "raw.bis_dpl"
HEADER = {
    "Name": "name",
    "Street_Address": "street_address",
    "City": "city",
    "State": "state",
    "Country": "country",
    "Postal_Code": "postal_code",
    "Effective_Date": "effective_date",
    "Expiration_Date": "expiration_date",
    "Standard_Order": "standard_order",
    "Last_Update": "last_update",
    "Action": "action",
    "FR_Citation": "fr_citation",
}


def read_file(con: duckdb.DuckDBPyConnection, file: LandedFile) -> tuple[Note, ...]:
    """Append the file's rows to the raw table; without a column of the layout it is not this list."""
    return read_delimited(con, TABLE, file, rename=HEADER, needed=tuple(HEADER.values()), delimiter="\t")


FEED = Feed(
    folder="watchlist/bis_dpl",
    noun="bis_dpl",
    title="BIS denied persons list",
    tables=(TABLE,),
    read_file=read_file,
    core_tables=("reference.watchlist_entry",),
    is_snapshot=True,
    needed_tables=(TABLE,),
    in_force=("effective_date", "expiration_date"),
)
