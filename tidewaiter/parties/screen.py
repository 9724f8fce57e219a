"""Screens tonight's party names against the lists in force.

Belongs here: party.hit, exact on the name key at first.
Belongs elsewhere: reading lists (tidewaiter/ingest), text to key (normalise.py).
"""

import duckdb
import polars as pl

from tidewaiter.engine.duckdb import read_sql
from tidewaiter.parties.candidate import SQL
from tidewaiter.parties.normalise import name_key
from tidewaiter.policy import Words


def screen_parties(con: duckdb.DuckDBPyConnection, words: Words) -> None:
    """Make the temp table `party_hit` from the views core_shipment_party, party_alias and reference_watchlist_entry."""
    listed = con.sql("select distinct name from reference_watchlist_entry order by name").pl()
    keyed = listed.with_columns(name_key(pl.col("name"), words).alias("name_key")).drop_nulls("name_key")
    con.register("keyed_listed", keyed.to_arrow())
    con.execute(f"create or replace temp table party_hit as {read_sql(SQL / 'hit.sql')}")
    con.unregister("keyed_listed")
