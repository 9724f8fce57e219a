"""What persons have established about parties, as changes of the crosswalk.

Belongs here: policy entries `same` and `apart` that the crosswalk does not have yet.
Belongs elsewhere: what keys and likeness say (link.py).
"""

import hashlib
from collections.abc import Mapping

import duckdb
import polars as pl

from tidewaiter.parties.crosswalk import CHANGES, MERGED, PARTED
from tidewaiter.parties.policy import Parties

PERSON = "person"


def merge_by_hand(policy: Parties, roots: Mapping[str, str]) -> pl.DataFrame:
    """Return the mergers that the policy asks for and that are not so yet."""
    now, rows = dict(roots), []
    for entry in policy.same:
        first = now.get(entry.party_ids[0], entry.party_ids[0])
        for party in entry.party_ids[1:]:
            gone = now.get(party, party)
            if gone != first:
                rows.append({"party_id": gone, "change": MERGED, "other_id": first, "evidence": PERSON})
                now = {**{each: first if root == gone else root for each, root in now.items()}, gone: first}
    return pl.DataFrame(rows, schema=CHANGES)


def part_by_hand(
    con: duckdb.DuckDBPyConnection, policy: Parties, changes: pl.DataFrame, roots: Mapping[str, str]
) -> pl.DataFrame:
    """Return the partings that the policy asks for, of spellings that are known or of tonight and not parted yet."""
    before = changes.filter(pl.col("change") == PARTED)["spelling_id"].to_list()
    asked = [each for each in policy.apart_ids if each not in before]
    if not asked:
        return pl.DataFrame(schema=CHANGES)
    found = con.execute(
        """
        select spelling_id, arg_min(party_id, date) as party_id from (
            select spelling_id, party_id, date from past_link
            union all select spelling_id, null, null from keyed_spelling)
        where list_contains($asked, spelling_id) group by spelling_id order by spelling_id
        """,
        {"asked": asked},
    ).fetchall()
    rows = [
        {
            "party_id": _name_parted(spelling),
            "change": PARTED,
            "other_id": roots.get(party, party),
            "spelling_id": spelling,
            "evidence": PERSON,
        }
        for spelling, party in found
    ]
    return pl.DataFrame(rows, schema=CHANGES)


def _name_parted(spelling_id: str) -> str:
    return hashlib.md5(f"apart|{spelling_id}".encode(), usedforsecurity=False).hexdigest()
