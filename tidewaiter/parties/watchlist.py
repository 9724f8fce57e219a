"""Whether the lists in force are fit to screen against, and the plain names on them.

Belongs here: lists that shrank, are gone or are too old, names of a date's lists.
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

LISTED, SCREENED = "reference.watchlist_entry", "party.screened"
# Date and number of entities of each list.
Sizes = Mapping[str, tuple[date, int]]


def require_trusted(con: duckdb.DuckDBPyConnection, lake: Lake, on: date, policy: Policy) -> None:
    """Return when no list in force shrank too much or went since the lists last screened against, and none is too old.

    Reads the view reference_watchlist_entry of the date and, of the newest date before it that was screened, the lists.

    Raises:
        ListError: naming each list, what is wrong, and how a person may accept the copy by name.
    """
    now, before = _count(con, LISTED.replace(".", "_"), on), _count_before(con, lake, on)
    faults = [fault for code in now for fault in _find_faults(code, now, before, on, policy)]
    faults += [fault for code in before if code not in now for fault in _find_gone(code, before, on, policy)]
    if faults:
        raise ListError(
            f"lists are not fit to screen against: {'; '.join(faults)}.",
            fix="land the list whole and newer, or name list, edition (of a list that is gone the night's date), "
            "reason and owner under `accept` of policy/screening.yml when the copy is right",
        )


def _find_faults(code: str, now: Sizes, before: Sizes, on: date, policy: Policy) -> Iterator[str]:
    edition, size = now[code]
    rules, (earlier, was) = policy.screening, before.get(code, (edition, size))
    if rules.accepts(code, edition):
        return
    age = (on - edition).days
    if age > rules.stop_list_age_days:
        yield f"{code} of {edition} is {age} days old, more than {rules.stop_list_age_days}"
    if earlier < edition and size < (1 - rules.max_shrink_share) * was:
        yield f"{code} of {edition} has {size} entities, that of {earlier} had {was}"


def _find_gone(code: str, before: Sizes, on: date, policy: Policy) -> Iterator[str]:
    earlier, was = before[code]
    if not policy.screening.accepts(code, on):
        yield f"{code} has no entity on {on}, that of {earlier} had {was}"


def _count_before(con: duckdb.DuckDBPyConnection, lake: Lake, on: date) -> Sizes:
    """Return the lists that were last screened against, as far as their entries are still in force.

    Lists of a date that they stopped are in the lake too; nobody has found those right.
    """
    screened = set(lake.dates(SCREENED))
    newest = [day for day in lake.dates(LISTED) if day < on and day in screened][-1:]
    if not newest:
        return {}
    scan_parquet(con, "listed_before", lake.among(LISTED, newest), load_contract(LISTED))
    return _count(con, "listed_before", on)


def _count(con: duckdb.DuckDBPyConnection, relation: str, on: date) -> Sizes:
    found = con.execute(
        f"""
        select list_code, max(snapshot_on), count(distinct entity_id) from {relation}
        where valid_to is null or valid_to >= $on group by list_code order by list_code
        """,
        {"on": on},
    ).fetchall()
    return {code: (edition, size) for code, edition, size in found}


def read_listed(con: duckdb.DuckDBPyConnection, relation: str, policy: Policy) -> pl.DataFrame:
    """Return name and name_words of every name on the lists that they do not call weak, in order."""
    names = con.sql(f"select distinct name from {relation} where strength = 'strong' order by name").pl()
    return names.with_columns(name_words(pl.col("name"), policy.words).alias("name_words")).drop_nulls("name_words")
