"""From the kept rows of dated lists to the reference tables that are in force on a date.

Belongs here: which lists fill which table, and the date of the list that each row came from.
Belongs elsewhere: the mapping itself (sql/<feed>/<table>.sql), which list is the newest (landed.py).
"""

from collections.abc import Sequence
from itertools import groupby

import duckdb

from data_quality.contract import load_contract
from tidewaiter.engine.duckdb import read_sql
from tidewaiter.ingest.feed import Feed
from tidewaiter.ingest.keeping import SQL

# The folder of a list's files: <feed>/<date the list is of>/<file>.
LIST_DATE = r"/(\d{4}-\d{2}-\d{2})/"


def group_lists(feeds: Sequence[Feed]) -> dict[str, tuple[Feed, ...]]:
    """Return the feeds that are whole lists by the first part of their folder, in the order of both."""
    lists = sorted((feed for feed in feeds if feed.is_snapshot), key=_kind)
    return {kind: tuple(members) for kind, members in groupby(lists, key=_kind)}


def _kind(feed: Feed) -> str:
    return feed.folder.split("/")[0]


def list_tables(feeds: Sequence[Feed]) -> tuple[str, ...]:
    """Return the reference tables that the feeds fill, each once, in name order."""
    return tuple(sorted({table for feed in feeds for table in feed.core_tables}))


def map_reference(con: duckdb.DuckDBPyConnection, table: str, feeds: Sequence[Feed]) -> None:
    """Make the temp table `reference_<noun>` from the kept rows of every list that fills it, in order of its key.

    A mapping gives every promised column but `snapshot_on`, and `source_file`, whose folder says what that is.
    """
    contract = load_contract(table)
    parts = [f"({read_sql(SQL / feed.noun / f'{contract.noun}.sql')})" for feed in feeds if table in feed.core_tables]
    columns = ", ".join(f'"{name}"' for name in contract.column_names if name != "snapshot_on")
    con.execute(
        f"""
        create or replace temp table reference_{contract.noun} as
        select {columns}, regexp_extract(source_file, $list_date, 1)::date as snapshot_on
        from ({" union all by name ".join(parts)}) order by {", ".join(contract.key)}
        """,
        {"list_date": LIST_DATE},
    )
