"""Screens tonight's parties and goods against the lists in force.

Belongs here: party.hit: names, addresses, and names and places in the description of goods.
Belongs elsewhere: comparing names (screen_model.py), what was screened before (screen_cache.py), addresses and
countries of lists (listed_place.py), whether lists are fit (watchlist.py).
"""

from datetime import date

import duckdb
import polars as pl

from tidewaiter.engine.duckdb import read_sql
from tidewaiter.lake import Lake
from tidewaiter.parties.candidate import SQL
from tidewaiter.parties.listed_place import match_addresses, read_countries
from tidewaiter.parties.normalise import name_after_order, name_words, plain_text
from tidewaiter.parties.screen_cache import MATCH, screen_tonight
from tidewaiter.parties.watchlist import SCREENED, read_listed, require_trusted
from tidewaiter.policy import Policy

HIT_TABLES = (SCREENED, MATCH, "party.hit")
WORD_ALIKE = 80.0


def screen_parties(con: duckdb.DuckDBPyConnection, lake: Lake, on: date, policy: Policy) -> None:
    """Make the temp tables `party_screened`, `party_match` and `party_hit`.

    Reads the views core_shipment_party, core_shipment_line, party_alias and reference_watchlist_entry.

    Raises:
        ListError: when a list is not fit to screen against.
    """
    require_trusted(con, lake, on, policy)
    named = _read_names(con, policy)
    matched = screen_tonight(con, lake, on, named["name_words"].unique().sort(), policy)
    con.register("name_match", _add_words(matched).to_arrow())
    con.register("name_plain", named.to_arrow())
    con.register("listed_plain", read_listed(con, "reference_watchlist_entry", policy).to_arrow())
    con.register("listed_country", read_countries(con, policy).to_arrow())
    con.register("address_match", match_addresses(con, policy).to_arrow())
    con.register("goods_match", _match_goods(con, policy).to_arrow())
    rules = policy.screening
    binds = {"raises": rules.country_raises, "lowers": rules.country_lowers, "near": rules.near_score,
             "places_programme": rules.places_programme}  # fmt: skip
    con.execute(f"create or replace temp table party_hit as {read_sql(SQL / 'hit.sql')}", binds)


def _read_names(con: duckdb.DuckDBPyConnection, policy: Policy) -> pl.DataFrame:
    """Return name and name_words of tonight's names; of a bill made out to the order of somebody, that of somebody.

    Other placeholders are nobody's names and are not screened.
    """
    names = con.sql("select distinct name, is_placeholder from party_alias order by name").pl()
    ordered = names.filter("is_placeholder").with_columns(name_after_order(pl.col("name"), policy.words).alias("told"))
    named = names.filter(~pl.col("is_placeholder")).with_columns(pl.col("name").alias("told"))
    told = pl.concat([named, ordered.drop_nulls("told")]).sort("name")
    return told.select("name", name_words(pl.col("told"), policy.words).alias("name_words")).drop_nulls("name_words")


def _add_words(matched: pl.DataFrame) -> pl.DataFrame:
    """Return the matches with matched_words: the filed words that the listed name has, or one much like them."""
    told = [_tell_words(*pair) for pair in matched.select("name_words", "listed_words").iter_rows()]
    return matched.with_columns(pl.Series("matched_words", told, dtype=pl.String))


def _tell_words(name: str, listed: str) -> str:
    from rapidfuzz import fuzz

    words = [
        word for word in name.split(" ") if any(fuzz.ratio(word, other) >= WORD_ALIKE for other in listed.split(" "))
    ]
    return " ".join(words) or name


def _match_goods(con: duckdb.DuckDBPyConnection, policy: Policy) -> pl.DataFrame:
    """Return the descriptions in which a listed name or a place stands: description, list_code, listed_words."""
    rules = policy.screening
    texts = con.sql(
        "select distinct description from core_shipment_line where description is not null order by all"
    ).pl()
    wanted = con.execute(
        "select distinct name, list_code from reference_watchlist_entry where list_contains($lists, list_code) "
        "and strength = 'strong' order by all",
        {"lists": list(rules.goods_lists)},
    ).pl()
    listed = wanted.with_columns(name_words(pl.col("name"), policy.words).alias("listed_words")).drop_nulls()
    listed = listed.filter(pl.col("listed_words").str.len_chars() >= rules.goods_least_chars)
    places = pl.DataFrame({"listed_words": rules.places}).select(pl.lit("place").alias("list_code"), "listed_words")
    every = pl.concat([places, listed.select("list_code", "listed_words")]).unique().sort("list_code", "listed_words")
    padded = plain_text(pl.col("description"))
    sought = [f" {words} " for words in every["listed_words"].unique().sort()]
    found = texts.select(
        "description",
        pl.concat_str(pl.lit(" "), padded, pl.lit(" ")).str.extract_many(sought, overlapping=True).alias("found"),
    )
    said = found.filter(pl.col("found").list.len() > 0).explode("found", empty_as_null=False)
    said = said.select("description", pl.col("found").str.strip_chars().alias("listed_words")).unique()
    return said.join(every, on="listed_words").sort("description", "list_code", "listed_words")
