"""Whether the lists in force are fit to screen against, and the plain names on them.

Belongs here: lists that shrank or are too old, names of a date's lists.
Belongs elsewhere: which copy of a list is used at all (tidewaiter/ingest/snapshot.py), screening (screen.py).
"""

from collections.abc import Iterator, Mapping
from datetime import date

import duckdb
import polars as pl

from data_quality.contract import load_contract
from tidewaiter.engine.duckdb import scan_parquet
from tidewaiter.errors import ListError
from tidewaiter.lake import Lake
from tidewaiter.parties.normalise import name_words
from tidewaiter.policy import Policy

LISTED = "reference.watchlist_entry"
ListSize = tuple[str, date, int]


def require_trusted(con: duckdb.DuckDBPyConnection, lake: Lake, on: date, policy: Policy) -> None:
    """Return when no list in force shrank too much against the copy before it, and none is too old.

    Reads the view reference_watchlist_entry of the date and the newest partition before it.

    Raises:
        ListError: naming each list, what is wrong, and how a person may accept the copy by name.
    """
    before = {code: (edition, size) for code, edition, size in _count_before(con, lake, on)}
    faults = [fault for row in _count(con, LISTED.replace(".", "_")) for fault in _find_faults(row, before, on, policy)]
    if faults:
        raise ListError(
            f"lists are not fit to screen against: {'; '.join(faults)}.",
            fix="land the list whole and newer, or name list, edition, reason and owner under `accept` of "
            "policy/screening.yml when the copy is right",
        )


def _find_faults(row: ListSize, before: Mapping[str, tuple[date, int]], on: date, policy: Policy) -> Iterator[str]:
    code, edition, size = row
    rules, (earlier, was) = policy.screening, before.get(code, (edition, size))
    if rules.accepts(code, edition):
        return
    age = (on - edition).days
    if age > rules.stop_list_age_days:
        yield f"{code} of {edition} is {age} days old, more than {rules.stop_list_age_days}"
    if earlier < edition and size < (1 - rules.max_shrink_share) * was:
        yield f"{code} of {edition} has {size} entities, that of {earlier} had {was}"


def _count_before(con: duckdb.DuckDBPyConnection, lake: Lake, on: date) -> list[ListSize]:
    """Return the lists of the newest earlier date: copies that were screened against, or accepted then."""
    newest = [day for day in lake.dates(LISTED) if day < on][-1:]
    if not newest:
        return []
    scan_parquet(con, "listed_before", lake.among(LISTED, newest), load_contract(LISTED))
    return _count(con, "listed_before")


def _count(con: duckdb.DuckDBPyConnection, relation: str) -> list[ListSize]:
    return con.execute(f"""
        select list_code, max(snapshot_on), count(distinct entity_id) from {relation}
        group by list_code order by list_code
    """).fetchall()


def read_listed(con: duckdb.DuckDBPyConnection, relation: str, policy: Policy) -> pl.DataFrame:
    """Return name and name_words of every name on the lists that they do not call weak, in order."""
    names = con.sql(f"select distinct name from {relation} where strength = 'strong' order by name").pl()
    return names.with_columns(name_words(pl.col("name"), policy.words).alias("name_words")).drop_nulls("name_words")
