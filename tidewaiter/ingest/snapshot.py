"""Which landed copy of a dated list a run uses: the newest at or before its date that can be used whole.

A list of which a file is refused must not become shorter, or empty, without a word: an earlier copy stays in use.

Belongs here: choosing the copy, what is said of those passed over, how old the one in use is.
Belongs elsewhere: reading one copy (reading.py), mapping it to reference tables (reference.py).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

import duckdb
import polars as pl

from data_quality.contract import load_contract
from tidewaiter.engine.duckdb import count_rows
from tidewaiter.errors import ListError, add_fix
from tidewaiter.ingest.feed import Feed
from tidewaiter.ingest.keeping import KeepRequest, split_feed
from tidewaiter.ingest.landed import list_dates, list_files
from tidewaiter.ingest.raw_table import create_raw_table
from tidewaiter.ingest.reading import FileRecord, ReadRequest, read_landed, register_records
from tidewaiter.lake import Lake

LAND_WHOLE = "land the whole list again, corrected, in a folder of its own date"
# The folder of a list's files: <feed>/<date the list is of>/<file>.
LIST_DATE = r"/(\d{4}-\d{2}-\d{2})/"


@dataclass(frozen=True)
class ListState:
    """What a run of a date knows of one list.

    Attributes:
        in_use_on: day of the copy in use, None when there is none.
        refused: file -> cause and fix, of the newer copies that were passed over.
    """

    feed: Feed
    in_use_on: date | None
    refused: dict[str, str]

    @property
    def has_landed(self) -> bool:
        """Whether any copy landed by the date, usable or not."""
        return self.in_use_on is not None or bool(self.refused)


def read_snapshot(con: duckdb.DuckDBPyConnection, request: ReadRequest, keeping: KeepRequest) -> tuple[FileRecord, ...]:
    """Fill the feed's raw tables from the newest copy that can be used, and return what became of each file looked at.

    Files of newer copies come back as refused, the good ones beside a bad one too: none of their rows enters.
    A dated folder without a file is no copy.
    """
    passed_over: list[FileRecord] = []
    days = [day for day in list_dates(request.landing, request.feed) if day <= request.on]
    for day in reversed(days):
        if not list_files(request.landing, request.feed, day):
            continue
        records = read_landed(con, replace(request, on=day), {})
        fault = _find_fault(con, request.feed, keeping, records)
        if fault is None:
            break
        passed_over += fault
    else:
        records = ()
        for table in request.feed.tables:
            create_raw_table(con, table)
    every = tuple(sorted([*passed_over, *records], key=lambda record: record.file))
    register_records(con, request.feed, every)
    return every


def _find_fault(
    con: duckdb.DuckDBPyConnection, feed: Feed, keeping: KeepRequest, records: Sequence[FileRecord]
) -> tuple[FileRecord, ...] | None:
    """Return None for a copy that can be used whole, else its records, none of them accepted any more."""
    con.execute(f"create or replace temp view read_file as from raw_{feed.noun}_file")
    split_feed(con, feed, keeping)
    rows = con.execute(f"select file, cause, fix from judged_file_{feed.noun} where too_many").fetchall()
    too_many = {file: (cause, fix) for file, cause, fix in rows}
    judged = [_refuse(record, *too_many[record.file]) if record.file in too_many else record for record in records]
    bad = [record.file for record in judged if record.status == "refused"]
    if bad:
        cause = f"not used: {', '.join(bad)} of the same list is refused"
    elif bare := [record.file for record in judged if record.size_bytes == 0]:
        # A list of nobody has its header; a file of no bytes is an upload that broke.
        cause = f"not used: {', '.join(bare)} of the same list has no byte in it"
    elif lacking := "; ".join(_tell_lacking(con, feed)):
        cause = f"the list is not whole: {lacking}"
    else:
        return None
    return tuple(_refuse(record, cause, LAND_WHOLE) if record.status == "accepted" else record for record in judged)


def _tell_lacking(con: duckdb.DuckDBPyConnection, feed: Feed) -> Iterator[str]:
    """Yield which table has no kept row, where there must be one or where every filed row is held, and why."""
    files = dict(feed.file_names)
    for table in feed.tables:
        noun = load_contract(table).noun
        if count_rows(con, f"kept_{noun}"):
            continue
        if count_rows(con, f"raw_{noun}"):
            yield f"no usable row for {table}, every one of its rows is held"
        elif table in feed.needed_tables:
            why = f"{files[table]} is missing or has no row" if table in files else "the file has no row"
            yield f"no usable row for {table}, {why}"


def _refuse(record: FileRecord, cause: str, fix: str) -> FileRecord:
    return replace(record, status="refused", cause=cause, fix=fix)


def read_state(lake: Lake, feed: Feed, on: date) -> ListState:
    """Return the state of a list from the raw partition of the date."""
    files = pl.read_parquet(lake.existing(f"raw.{feed.noun}_file", on), hive_partitioning=False).sort("file")
    refused = files.filter(pl.col("status") == "refused")
    causes = {row["file"]: add_fix(row["cause"], row["fix"]) for row in refused.iter_rows(named=True)}
    return ListState(feed, find_in_use(files.select("file", "status").iter_rows()), causes)


def find_in_use(files: Iterable[tuple[str, str]]) -> date | None:
    """Return the day of the copy in use, None when there is none.

    Args:
        files: name and status of each file of the list that was looked at.
    """
    return max((_list_date(name) for name, status in files if status == "accepted"), default=None)


def _list_date(file: str) -> date:
    found = re.search(LIST_DATE, file)
    if found is None:
        raise ValueError(f"{file} is in no dated folder")
    return date.fromisoformat(found[1])


def require_usable(states: Sequence[ListState]) -> None:
    """Return when each list that landed has a copy that can be used.

    Raises:
        ListError: naming each list without one, its files and their causes.
    """
    unusable = [state for state in states if state.has_landed and state.in_use_on is None]
    if unusable:
        told = "; ".join(f"{file}: {cause}" for state in unusable for file, cause in state.refused.items())
        lists = ", ".join(state.feed.folder for state in unusable)
        raise ListError(
            f"no landed copy of {lists} can be used, so nothing is checked against it. {told}",
            fix=f"{LAND_WHOLE}, at or before the night's, and run again",
        )
