"""The crosswalk: which party each spelling ever seen belongs to, and what became of parties, up to a date.

It is a chain of partitions: party.link of a date has the spellings first seen on it, party.party the parties that were
founded, became another or were parted on it. What holds before a date is what the partitions before it add up to, so a
night adds to it and never writes it anew, and any date can be built again from the dates before.

Belongs here: reading the chain before a date, following parties to what they are now.
Belongs elsewhere: what tonight adds (resolve.py).
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import duckdb
import polars as pl

from data_quality.contract import load_contract
from tidewaiter.engine.duckdb import scan_dated
from tidewaiter.lake import Lake

LINK, PARTY = "party.link", "party.party"
FOUNDED, MERGED, PARTED = "founded", "merged", "parted"
CHANGES = {
    "party_id": pl.String,
    "change": pl.String,
    "other_id": pl.String,
    "spelling_id": pl.String,
    "evidence": pl.String,
    "pair_score": pl.Float64,
}


def scan_crosswalk(con: duckdb.DuckDBPyConnection, lake: Lake, before: date) -> None:
    """Make the views `past_link` and `past_party`: every link and every change of a party before the date."""
    for table, view in ((LINK, "past_link"), (PARTY, "past_party")):
        scan_dated(con, view, lake.through(table, before - timedelta(days=1)), load_contract(table))


def read_changes(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Return the mergers and partings of `past_party`, oldest first; they are few beside the links."""
    return con.execute(
        """
        select party_id, change, other_id, spelling_id from past_party
        where change <> $founded order by date, change, party_id, spelling_id
        """,
        {"founded": FOUNDED},
    ).pl()


def list_merged(changes: pl.DataFrame) -> list[tuple[str, str]]:
    """Return (party, party it became) of the changes that are mergers, in their order."""
    merged = changes.filter(pl.col("change") == MERGED)
    return list(zip(merged["party_id"], merged["other_id"], strict=True))


def list_parted(changes: pl.DataFrame) -> pl.DataFrame:
    """Return the parted spellings and their parties: spelling_id, party_id."""
    return changes.filter(pl.col("change") == PARTED).select("spelling_id", "party_id")


def follow_merges(merges: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return party -> what it is now, of (party, party it became); a party that is itself is not in it."""
    became = dict(merges)
    return {party: _follow(became, party) for party in became}


def _follow(became: Mapping[str, str], party: str) -> str:
    seen = {party}
    while (after := became.get(party)) is not None and after not in seen:
        party = after
        seen.add(party)
    return party
