"""What entities were called before their parties became one, so that a party's past under every id counts as its own.

Sums of days keep the ids that stood when they were made; nothing is rewritten when parties merge. Whoever reads them
puts the id of today in the place of the old one. What a person has parted from a party stays with that party.

Belongs here: old and new keys of entities and parties, views that put one in the place of the other.
Belongs elsewhere: which parties became which (crosswalk.py, resolve.py).
"""

from datetime import date

import duckdb
import polars as pl

from data_quality.contract import load_contract
from tidewaiter.engine.duckdb import read_sql, scan_dated
from tidewaiter.lake import Lake
from tidewaiter.parties.candidate import SQL
from tidewaiter.parties.crosswalk import MERGED, PARTY, follow_merges


def read_became(con: duckdb.DuckDBPyConnection, lake: Lake, on: date) -> dict[str, str]:
    """Return party -> what it is by the end of the date, of every party that has become another."""
    scan_dated(con, "party_until", lake.through(PARTY, on), load_contract(PARTY))
    return follow_merges(
        con.execute(
            """
            select party_id, other_id from party_until
            where change = $merged order by date, change, party_id, spelling_id
            """,
            {"merged": MERGED},
        ).fetchall()
    )


def register_became(con: duckdb.DuckDBPyConnection, lake: Lake, on: date) -> bool:
    """Make the table `became` (old_id, now_id) and return whether there is any."""
    became = read_became(con, lake, on)
    if not became:
        return False
    rows = sorted((old, now) for old, now in became.items() if old != now)
    con.register("became_frame", pl.DataFrame(rows, ["old_id", "now_id"], orient="row").to_arrow())
    con.execute("create or replace temp table became as select * from became_frame")
    con.unregister("became_frame")
    return bool(rows)


def key_merged(con: duckdb.DuckDBPyConnection) -> None:
    """Make the table `merged_entity`: kind, old key and key of today; reads `became` and `entity_tonight`."""
    con.execute(f"create or replace temp table merged_entity as {read_sql(SQL / 'merged_entity.sql')}")


def rename_entities(con: duckdb.DuckDBPyConnection, *views: str) -> None:
    """Put keys of today in the place of old ones in views that have entity_kind and entity_key."""
    for view in views:
        _set_aside(con, view)
        con.execute(f"""
            create or replace temp view {view} as
            select made.* replace (coalesce(merged.entity_key, made.entity_key) as entity_key)
            from {view}_as_made as made
            left join merged_entity as merged
                on merged.old_key = made.entity_key and merged.entity_kind = made.entity_kind
        """)


def rename_exams(con: duckdb.DuckDBPyConnection) -> None:
    """Put ids of today in the place of old ones in the view `entity_outcome`; reads `became`."""
    _set_aside(con, "entity_outcome")
    con.execute("""
        create or replace temp view entity_outcome as
        select made.* replace (coalesce(became.now_id, made.entity_id) as entity_id)
        from entity_outcome_as_made as made
        left join became on became.old_id = made.entity_id and made.entity_kind in ('shipper', 'seller', 'consignee')
    """)


def rename_edges(con: duckdb.DuckDBPyConnection) -> None:
    """Put ids and keys of today in the place of old ones in the view `edge_past`; reads `became`."""
    _set_aside(con, "edge_past")
    con.execute(f"create or replace temp view edge_past as {read_sql(SQL / 'merged_edge.sql')}")


def rename_hits(con: duckdb.DuckDBPyConnection) -> None:
    """Put ids of today in the place of old ones in the view `hit_past`; reads `became`."""
    _set_aside(con, "hit_past")
    con.execute("""
        create or replace temp view hit_past as
        select made.* replace (coalesce(became.now_id, made.party_id) as party_id)
        from hit_past_as_made as made left join became on became.old_id = made.party_id
    """)


def merge_states(con: duckdb.DuckDBPyConnection) -> None:
    """Put one state in the place of those of parties that became one in the view `change_before`; reads `became`."""
    _set_aside(con, "change_before")
    con.execute(f"create or replace temp view change_before as {read_sql(SQL / 'merged_state.sql')}")


def _set_aside(con: duckdb.DuckDBPyConnection, view: str) -> None:
    # Views over files belong to the database, which other steps of the night have left theirs in.
    con.execute(f"drop view if exists {view}_as_made")
    con.execute(f"alter view {view} rename to {view}_as_made")
