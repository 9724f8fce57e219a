"""Tonight's parties: each spelling to a party, each shipment to the entities behind it.

Belongs here: party.alias, party.link, party.party and party.shipment_entity of a date.
Belongs elsewhere: text to key (normalise.py), which spellings are one (link.py), the chain of dates (crosswalk.py).
"""

from collections.abc import Mapping
from datetime import date

import duckdb
import polars as pl

from tidewaiter.engine.duckdb import read_sql
from tidewaiter.lake import Lake
from tidewaiter.parties.by_hand import merge_by_hand, part_by_hand
from tidewaiter.parties.candidate import SQL, find_candidates
from tidewaiter.parties.crosswalk import (
    FOUNDED,
    LINK,
    PARTY,
    follow_merges,
    list_merged,
    list_parted,
    read_changes,
    scan_crosswalk,
)
from tidewaiter.parties.link import FIRST, Linked, link_spellings
from tidewaiter.parties.normalise import (
    address_key,
    email_key,
    house_number,
    is_placeholder,
    name_words,
    phone_key,
    sort_words,
    zip_key,
)
from tidewaiter.policy import Policy

PARTY_TABLES = ("party.alias", LINK, PARTY, "party.shipment_entity")


def resolve_parties(con: duckdb.DuckDBPyConnection, lake: Lake, on: date, policy: Policy) -> None:
    """Make the temp tables `party_alias`, `party_link`, `party_party` and `party_shipment_entity`.

    Reads the views core_shipment and core_shipment_party of the date, and of the lake the crosswalk before it.
    """
    make_keyed(con, policy)
    scan_crosswalk(con, lake, on)
    link_tonight(con, policy)
    for table in ("alias", "shipment_entity"):
        con.execute(f"create or replace temp table party_{table} as {read_sql(SQL / f'{table}.sql')}")


def make_keyed(con: duckdb.DuckDBPyConnection, policy: Policy) -> None:
    """Make the temp table `keyed_spelling` of the view core_shipment_party; it can be put aside, as a frame cannot."""
    spellings = con.sql(f"select * from ({read_sql(SQL / 'spelling.sql')}) order by spelling_id").pl()
    con.register("keyed_frame", key_spellings(spellings, policy).to_arrow())
    con.execute("create or replace temp table keyed_spelling as from keyed_frame")
    con.unregister("keyed_frame")


def key_spellings(spellings: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """Return the spellings with their keys and is_placeholder; each distinct text is read once."""
    words, parties = policy.words, policy.parties
    names = (
        spellings.select("name")
        .unique()
        .with_columns(
            name_words(pl.col("name"), words).alias("name_words"),
            is_placeholder(pl.col("name"), words).alias("is_placeholder"),
        )
        .with_columns(sort_words(pl.col("name_words")).alias("name_key"))
    )
    addresses = (
        spellings.select("address")
        .unique()
        .with_columns(address_key(pl.col("address"), parties).alias("address_key"))
        .with_columns(house_number(pl.col("address_key")).alias("house_number"))
    )
    keyed = spellings.join(names, on="name", how="left", nulls_equal=True, maintain_order="left")
    keyed = keyed.join(addresses, on="address", how="left", nulls_equal=True, maintain_order="left")
    return keyed.with_columns(
        zip_key(pl.col("postal_code")).alias("zip_key"),
        phone_key(pl.col("phone"), parties).alias("phone_key"),
        email_key(pl.col("email")).alias("email_key"),
    )


def link_tonight(con: duckdb.DuckDBPyConnection, policy: Policy) -> None:
    """Make `spelling_party`, `party_link` and `party_party` from `keyed_spelling` and the views of the crosswalk."""
    changes = read_changes(con)
    before = list_merged(changes)
    parted = part_by_hand(con, policy.parties, changes, follow_merges(before))
    merged = merge_by_hand(policy.parties, follow_merges(before))
    roots = follow_merges([*before, *list_merged(merged)])
    split_known(con, pl.concat([changes, parted], how="diagonal"))
    linked = _link_unseen(con, policy, roots)
    con.register("linked", linked.links.to_arrow())
    con.execute(f"create or replace temp table party_link as {read_sql(SQL / 'link.sql')}")
    made = pl.concat([_list_founded(linked), parted, merged, linked.merges], how="diagonal")
    con.register("changed", made.sort("party_id", "change", "spelling_id").to_arrow())
    con.execute("create or replace temp table party_party as from changed")
    roots = follow_merges([*before, *list_merged(made)])
    known = con.sql("from known_spelling union all select spelling_id, party_id from linked").pl()
    now = known.with_columns(pl.col("party_id").replace(roots)) if roots else known
    con.register("spelling_party", now.to_arrow())


def split_known(con: duckdb.DuckDBPyConnection, changes: pl.DataFrame) -> None:
    """Make `known_spelling` and `unseen_spelling` of tonight, and the view `past_spelling` of the crosswalk."""
    con.register("parted", list_parted(changes).to_arrow())
    con.execute(f"create or replace temp view past_spelling as {read_sql(SQL / 'past_spelling.sql')}")
    for name in ("known_spelling", "unseen_spelling"):
        con.execute(f"create or replace temp table {name} as {read_sql(SQL / f'{name}.sql')}")


def _link_unseen(con: duckdb.DuckDBPyConnection, policy: Policy, roots: Mapping[str, str]) -> Linked:
    found = find_candidates(con, policy.parties, roots, policy.engine.threads)
    return link_spellings(found, policy.parties)


def _list_founded(linked: Linked) -> pl.DataFrame:
    first = linked.links.filter(pl.col("evidence") == FIRST)
    return first.select("party_id", "spelling_id", "evidence", change=pl.lit(FOUNDED))
