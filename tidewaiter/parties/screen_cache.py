"""Names that were screened before, and against which names of lists, so that a night screens what is new.

party.screened of a date has the names screened on it and what they were screened by: the edition of all lists and the
rules. party.match has their matches. A name met again under another edition is compared with the names that the edition
adds; nothing of the lake is read again for it.

Belongs here: what is known of tonight's names, and what has to be screened.
Belongs elsewhere: comparing names (screen_model.py), hits (screen.py).
"""

import hashlib
from datetime import date, timedelta

import duckdb
import polars as pl

from data_quality.contract import load_contract
from tidewaiter.engine.duckdb import scan_dated, scan_parquet
from tidewaiter.lake import Lake, hash_file
from tidewaiter.parties.screen_model import MODEL, NO_MATCH, screen_names
from tidewaiter.parties.watchlist import LISTED, SCREENED, read_listed
from tidewaiter.policy import Policy

MATCH = "party.match"
# Of policy/screening.yml what a score hangs on; the rest is applied to matches each night.
SCORING = {"tell_score", "neighbours_n", "least_cosine", "common_words"}


def screen_tonight(
    con: duckdb.DuckDBPyConnection, lake: Lake, on: date, names: pl.Series, policy: Policy
) -> pl.DataFrame:
    """Make `party_screened` and `party_match` of the date, and return every match of tonight's names.

    Reads the view reference_watchlist_entry and the earlier partitions of both tables.
    """
    rules, listed = (
        print_rules(policy),
        read_listed(con, "reference_watchlist_entry", policy)["name_words"].unique().sort(),
    )
    edition = _digest(listed.to_list())
    # Lists that nobody looks back on any more may be deleted: names last screened by them are screened anew.
    is_comparable = (pl.col("edition") == edition) | pl.col("first_on").is_not_null()
    known = _read_known(con, lake, on, names, rules).filter(is_comparable)
    fresh = names.filter(~names.is_in(known["name_words"].implode()))
    found = [screen_names(fresh, listed, policy)]
    stale = known.filter(pl.col("edition") != edition)
    for (_, day), group in stale.sort("edition", "name_words").group_by("edition", "first_on", maintain_order=True):
        added = _list_added(con, lake, day, listed, policy)
        found.append(screen_names(group["name_words"], added, policy, listed))
    new = pl.concat(found).unique(["name_words", "listed_words"]).sort("name_words", "listed_words")
    screened = pl.concat([fresh, stale["name_words"]]).sort().alias("name_words").to_frame()
    con.register("screened_now", screened.with_columns(edition=pl.lit(edition), rules=pl.lit(rules)).to_arrow())
    con.register("matched_now", new.with_columns(rules=pl.lit(rules)).to_arrow())
    con.execute("create or replace temp table party_screened as from screened_now order by name_words")
    con.execute("create or replace temp table party_match as from matched_now order by name_words, listed_words")
    before = _read_matches(con, lake, on, rules)
    return (
        pl.concat([new, before]).unique(["name_words", "listed_words"], keep="first").sort("name_words", "listed_words")
    )


def print_rules(policy: Policy) -> str:
    """Return the fingerprint of what shapes a score: the model, the words, and what is looked at."""
    screening = policy.screening.model_dump_json(include=SCORING)
    return _digest([hash_file(MODEL), policy.words.model_dump_json(), *policy.parties.generic_words, screening])


def _digest(parts: list[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def _read_known(con: duckdb.DuckDBPyConnection, lake: Lake, on: date, names: pl.Series, rules: str) -> pl.DataFrame:
    """Return tonight's names that were screened by these rules: name_words, edition, and a date of that edition.

    Of an edition the first date counts on which any name was screened against it and whose lists are in the lake still;
    null where none are.
    """
    scan_dated(con, "past_screened", lake.through(SCREENED, on - timedelta(days=1)), load_contract(SCREENED))
    con.register("name_tonight", names.alias("name_words").to_frame().to_arrow())
    return con.execute(
        """
        with edition_day as (
            select edition, min(date) as first_on from past_screened
            where list_contains($there::date[], date) group by edition
        ),
        newest as (
            select name_words, arg_max(edition, date) as edition from past_screened
            semi join name_tonight using (name_words) where rules = $rules group by name_words
        )
        select name_words, edition, first_on from newest left join edition_day using (edition) order by name_words
        """,
        {"rules": rules, "there": lake.dates(LISTED)},
    ).pl()


def _read_matches(con: duckdb.DuckDBPyConnection, lake: Lake, on: date, rules: str) -> pl.DataFrame:
    scan_dated(con, "past_match", lake.through(MATCH, on - timedelta(days=1)), load_contract(MATCH))
    found = con.execute(
        f"""
        select {", ".join(NO_MATCH)} from past_match semi join name_tonight using (name_words)
        where rules = $rules order by all
        """,
        {"rules": rules},
    )
    return found.pl().cast({"score": pl.Float64})


def _list_added(
    con: duckdb.DuckDBPyConnection, lake: Lake, day: object, listed: pl.Series, policy: Policy
) -> pl.Series:
    """Return the names of tonight's lists that those of an earlier date did not have."""
    if not isinstance(day, date):
        raise TypeError(f"{day!r} is no date")
    scan_parquet(con, "listed_then", [lake.existing(LISTED, day)], load_contract(LISTED))
    then = read_listed(con, "listed_then", policy)["name_words"].unique()
    return listed.filter(~listed.is_in(then.implode()))
