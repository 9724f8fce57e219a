"""What tonight's unseen spellings may be one with: by an exact key, by a shared one, by a name that is much alike.

Belongs here: finding links and pairs in the crosswalk and among tonight's own.
Belongs elsewhere: scoring a pair (pair.py), from links to parties (link.py).
"""

from collections.abc import Iterator, Mapping

import duckdb
import numpy as np
import polars as pl

from tidewaiter.engine.duckdb import build_right_side, read_sql
from tidewaiter.parties.link import Found
from tidewaiter.parties.ngram import Limits, find_alike
from tidewaiter.parties.pair import COMPARED, score_pairs
from tidewaiter.parties.policy import Parties
from tidewaiter.settings import PROJECT

# Every key of block.sql has one of these in it, whole.
KEY_PARTS = (
    "name_key", "address_key", "house_number || '|' || zip_key", "phone_key", "email_key", "account", "importer_number",
)  # fmt: skip
# Pairs whose texts are in memory at once.
PAIRS_AT_ONCE = 100_000
_SIDES = ("left_id", "right_id")
PAST = {"past_id": pl.String, "party_id": pl.String}
NAMED = {"party_id": pl.String, "name_key": pl.String}
SQL = PROJECT / "tidewaiter" / "parties" / "sql"


def find_candidates(con: duckdb.DuckDBPyConnection, policy: Parties, roots: Mapping[str, str], threads: int) -> Found:
    """Return what the table `unseen_spelling` may be one with, in itself and in the view `past_spelling`.

    Args:
        roots: party -> what it is now, where that is another.
    """
    share_blocks(con, policy)
    exact = con.sql(f"select * from ({read_sql(SQL / 'exact_link.sql')}) where party_id is not null or "
                    "other_spelling_id <> spelling_id order by all").pl()  # fmt: skip
    pairs = list_pairs(con, policy, threads)
    con.execute("drop table unseen_block; drop table known_block")
    unseen = con.sql("select spelling_id, name_key, natural_id from unseen_spelling order by spelling_id").pl()
    exact, scored = _follow(exact, roots), _follow(_score(con, pairs, policy), roots)
    near = pl.concat([exact["party_id"], scored["party_id"]]) if scored.height else scored["party_id"]
    return Found(unseen, exact, scored, _read_names(con, near, roots, policy.max_party_names))


def _follow(links: pl.DataFrame, roots: Mapping[str, str]) -> pl.DataFrame:
    return links.with_columns(pl.col("party_id").replace(roots)) if roots else links


def _read_names(
    con: duckdb.DuckDBPyConnection, parties: pl.Series, roots: Mapping[str, str], most: int
) -> pl.DataFrame:
    """Return party_id and name_key of the known parties, of each at most one name more than `most`."""
    now = parties.drop_nulls().unique().sort().to_list()
    wanted = set(now)
    past = [*((party, party) for party in now), *(each for each in roots.items() if each[1] in wanted)]
    con.register("candidate_party", pl.DataFrame(past, PAST, orient="row").to_arrow())
    names = con.execute(read_sql(SQL / "known_name.sql"), {"most": most}).pl() if past else pl.DataFrame(schema=NAMED)
    con.unregister("candidate_party")
    return names


def share_blocks(con: duckdb.DuckDBPyConnection, policy: Parties) -> None:
    """Make the tables `unseen_block` and `known_block`: the keys of the unseen, and who else has them."""
    block = read_sql(SQL / "block.sql")
    unseen = "select *, null::varchar as party_id, null::date as linked_on from unseen_spelling"
    con.execute(f"create or replace temp view keyed as {unseen}")
    con.execute(f"create or replace temp table unseen_block as {block}")
    # Not all of the crosswalk share a part of a key with tonight's; only they are given keys.
    near = " or ".join(f"{part} in (select {part} from unseen_spelling)" for part in KEY_PARTS)
    con.execute(f"create or replace temp view keyed as select * from past_spelling where {near}")
    shared = f"select * from ({block}) semi join unseen_block using (kind, value)"
    # The keys of the crosswalk are ten times those of tonight, and DuckDB takes them for fewer.
    with build_right_side(con):
        con.execute(f"create or replace temp table shared_block as {shared}")
    most = {"most": policy.max_shared_names}
    con.execute(f"create or replace temp table known_block as {read_sql(SQL / 'known_block.sql')}", most)
    con.execute("drop view keyed; drop table shared_block")


def list_pairs(con: duckdb.DuckDBPyConnection, policy: Parties, threads: int) -> pl.DataFrame:
    """Return left_id and right_id of the spellings that are worth a look, the left of them unseen; blocks are made."""
    pairs = pl.concat([_list_near(con, policy), _list_alike(con, policy, threads)])
    return pairs.unique().sort("left_id", "right_id")


def _list_near(con: duckdb.DuckDBPyConnection, policy: Parties) -> pl.DataFrame:
    return con.execute(read_sql(SQL / "near_pair.sql"), {"most": policy.max_shared_names}).pl()


def _list_alike(con: duckdb.DuckDBPyConnection, policy: Parties, threads: int) -> pl.DataFrame:
    """Return pairs of spellings of senders whose names are much alike, in one country or where one is not known."""
    names = con.sql(read_sql(SQL / "sender_name.sql")).pl()
    asked = names.with_row_index("at").filter("is_unseen")
    if asked.is_empty():
        return pl.DataFrame(schema={"left_id": pl.String, "right_id": pl.String})
    # A name is most alike itself.
    limits = Limits(policy.max_run_names, policy.looked_at_n + 1, policy.neighbours_n + 1, policy.neighbour_cosine)
    near = find_alike(names["name_words"], asked["at"].to_numpy().astype(np.int64), limits, threads)
    sides = [
        told.select(
            pl.col("spelling_ids").alias(f"{side}_id"),
            pl.col("country").alias(f"{side}_country"),
            pl.col("is_unseen").alias(f"{side}_is_unseen"),
        )
        for side, told in (("left", asked[near["left"]]), ("right", names[near["right"]]))
    ]
    pairs = sides[0].hstack(sides[1])
    pairs = pairs.filter((pl.col("left_country") == pl.col("right_country")).fill_null(True))
    pairs = (
        pairs.explode("left_id", empty_as_null=False)
        .explode("right_id", empty_as_null=False)
        .filter(pl.col("left_id") != pl.col("right_id"))
    )
    # Of two unseen ones each may have found the other.
    turns = pl.col("right_is_unseen") & (pl.col("left_id") > pl.col("right_id"))
    left, right = (pl.when(turns).then(other).otherwise(own) for own, other in (_SIDES, _SIDES[::-1]))
    return pairs.select(left.alias("left_id"), right.alias("right_id"))


def read_pairs(con: duckdb.DuckDBPyConnection, pairs: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Yield the pairs with what is compared of each side, and the party of the right one where it is known.

    They come some at a time, at least once: all texts of both sides take more memory than all else of a night.
    """
    con.register("candidate_pair", pairs.to_arrow())
    told = con.sql(read_sql(SQL / "compared.sql")).pl()
    con.unregister("candidate_pair")
    placed = _place_pairs(pairs, told)
    for start in range(0, max(placed.height, 1), PAIRS_AT_ONCE):
        some = placed.slice(start, PAIRS_AT_ONCE)
        yield _tell_side(told[some["left"]], "left", "spelling_id").hstack(
            _tell_side(told[some["right"]], "right", "other_spelling_id", "party_id", "linked_on")
        )


def _place_pairs(pairs: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """Return left and right: where in `told` the sides of each pair are, in the order of the spellings."""
    places = told.select("spelling_id", "party_id").with_row_index("place")
    unseen = places.filter(pl.col("party_id").is_null()).select(left_id="spelling_id", left="place")
    every = places.select(right_id="spelling_id", right="place")
    placed = pairs.join(unseen, on="left_id").join(every, on="right_id")
    return placed.select("left", "right").sort("left", "right")


def _tell_side(told: pl.DataFrame, side: str, name: str, *also: str) -> pl.DataFrame:
    """Return the spelling, under the name, and what is compared of it, for the side of a pair."""
    compared = (pl.col(each).alias(f"{side}_{each}") for each in COMPARED)
    return told.select(pl.col("spelling_id").alias(name), *also, *compared)


def _score(con: duckdb.DuckDBPyConnection, pairs: pl.DataFrame, policy: Parties) -> pl.DataFrame:
    """Return the pairs that are likely enough, the most likely first."""
    likely = pl.concat([_pick_likely(told, policy) for told in read_pairs(con, pairs)])
    return likely.sort("pair_score", "spelling_id", "other_spelling_id", descending=[True, False, False])


def _pick_likely(told: pl.DataFrame, policy: Parties) -> pl.DataFrame:
    scored = told.with_columns(pl.Series("pair_score", score_pairs(told, policy), dtype=pl.Float64))
    is_sender = pl.col("left_party_kind") == "sender"
    least = pl.when(is_sender).then(policy.sender_threshold).otherwise(policy.receiver_threshold)
    has_one_number = (pl.col("left_importer_number") == pl.col("right_importer_number")).fill_null(False)
    return scored.filter(pl.col("pair_score") >= least).select(
        "spelling_id", "other_spelling_id", "party_id", "linked_on", "pair_score", has_one_number=has_one_number
    )
