"""Tonight's parties: each spelling to a party, each shipment to the entities behind it.

Belongs here: party.alias and party.shipment_entity.
Belongs elsewhere: text to key (normalise.py), daily sums (history.py), list hits (screen.py).
"""

import duckdb
import polars as pl

from tidewaiter.engine.duckdb import read_sql
from tidewaiter.parties.normalise import address_key, is_placeholder, name_key
from tidewaiter.policy import Words
from tidewaiter.settings import PROJECT

SQL = PROJECT / "tidewaiter" / "parties" / "sql"
PARTY_TABLES = ("party.alias", "party.shipment_entity")


def resolve_parties(con: duckdb.DuckDBPyConnection, words: Words) -> None:
    """Make the temp tables `party_alias` and `party_shipment_entity`.

    Reads the views core_shipment and core_shipment_party of the date.
    """
    con.execute(f"create or replace temp table spelling as {read_sql(SQL / 'spelling.sql')}")
    keyed = key_spellings(con.sql("select * from spelling order by spelling_id").pl(), words)
    con.register("keyed_spelling", keyed.to_arrow())
    for table in ("alias", "shipment_entity"):
        con.execute(f"create or replace temp table party_{table} as {read_sql(SQL / f'{table}.sql')}")
    con.unregister("keyed_spelling")


def key_spellings(spellings: pl.DataFrame, words: Words) -> pl.DataFrame:
    """Return the spellings with name_key, address_key and is_placeholder."""
    return spellings.with_columns(
        name_key(pl.col("name"), words).alias("name_key"),
        address_key(pl.col("address")).alias("address_key"),
        is_placeholder(pl.col("name"), words).alias("is_placeholder"),
    )
