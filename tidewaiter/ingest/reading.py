"""Reads what landed for one feed and date into its raw tables, and says what became of each file.

Belongs here: going through the files, repeats and refusals.
Belongs elsewhere: the readers themselves (one module a feed), keeping and holding rows (keeping.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa

from data_quality.contract import load_contract
from tidewaiter.errors import FileRefusedError
from tidewaiter.ingest.feed import Feed, LandedFile
from tidewaiter.ingest.landed import list_files, name_file, open_landed
from tidewaiter.ingest.raw_table import count_read, create_raw_table, forget_rows, set_aside, stage_raw
from tidewaiter.ingest.superseded import Settled, settle_files
from tidewaiter.lake import Lake, hash_file
from tidewaiter.policy import Ingest

# A file with one of these is not read again on a later date.
SEEN = ("accepted", "superseded")


@dataclass(frozen=True)
class FileRecord:
    """One row of `raw.<feed>_file`."""

    feed: str
    file: str
    sha256: str
    size_bytes: int
    status: str
    rows_n: int | None = None
    cause: str | None = None
    fix: str | None = None
    notes: str | None = None


@dataclass(frozen=True)
class ReadRequest:
    """Which feed of which landing folder to read for which date, and the limits."""

    landing: Path
    feed: Feed
    on: date
    scratch: Path
    limits: Ingest


def read_landed(con: duckdb.DuckDBPyConnection, request: ReadRequest, seen: dict[str, str]) -> tuple[FileRecord, ...]:
    """Stage the rows of every file and return what became of each file.

    `raw_<noun>` is then a view over the table's rows in one file of the scratch folder; `raw_<feed>_file` is a table.

    Args:
        seen: SHA-256 -> name of files that landed for this feed on earlier dates.
    """
    for table in request.feed.tables:
        create_raw_table(con, table)
    known = dict(seen)
    paths = list_files(request.landing, request.feed, request.on)
    settled = settle_files(request.landing, paths)
    records = [
        _record_settled(request, path, settled[path]) if path in settled else _read_one(con, request, path, known)
        for path in paths
    ]
    for table in request.feed.tables:
        stage_raw(con, table, request.scratch)
    register_records(con, request.feed, records)
    return tuple(records)


def seen_files(lake: Lake, feed: Feed, on: date) -> dict[str, str]:
    """Return SHA-256 -> name of the files that earlier dates accepted or that were superseded; none for a snapshot."""
    paths = [] if feed.is_snapshot else lake.through(f"held.{feed.noun}_file", on - timedelta(days=1))
    if not paths:
        return {}
    frame = pl.scan_parquet(paths).filter(pl.col("status").is_in(SEEN)).select("sha256", "file").collect()
    return dict(frame.sort("file", descending=True).iter_rows())


def usual_rows(lake: Lake, feed: Feed, on: date, days: int = 7) -> int:
    """Return how many rows arrived for the feed in the days before the date."""
    paths = lake.window(f"raw.{feed.noun}_file", on, days)
    return int(pl.scan_parquet(paths).select(pl.col("rows_n").sum()).collect().item()) if paths else 0


def _record_settled(request: ReadRequest, path: Path, settled: Settled) -> FileRecord:
    name, size = name_file(request.landing, path), path.stat().st_size
    return FileRecord(
        request.feed.folder, name, hash_file(path), size, settled.status, cause=settled.cause, fix=settled.fix
    )


def _read_one(con: duckdb.DuckDBPyConnection, request: ReadRequest, path: Path, seen: dict[str, str]) -> FileRecord:
    name = name_file(request.landing, path)
    sha256, size = hash_file(path), path.stat().st_size
    if sha256 in seen:
        return FileRecord(request.feed.folder, name, sha256, size, "repeated", 0, f"same bytes as {seen[sha256]}")
    try:
        file = open_landed(request.landing, request.feed, path, request.scratch, request.limits, sha256=sha256)
        record = _record_rows(con, request.feed, file)
        file.path.unlink()
        for table in request.feed.tables:
            set_aside(con, table, request.scratch)
        seen[sha256] = name
        return record
    except FileRefusedError as refusal:
        for table in request.feed.tables:
            forget_rows(con, table, name)
        place = f"line {refusal.line}: " if refusal.line else ""
        return FileRecord(
            request.feed.folder, name, sha256, size, "refused", cause=place + refusal.reason, fix=refusal.fix
        )


def _record_rows(con: duckdb.DuckDBPyConnection, feed: Feed, file: LandedFile) -> FileRecord:
    notes = feed.read_file(con, file)
    rows = sum(count_read(con, table, file.name) for table in feed.tables)
    return FileRecord(
        feed.folder, file.name, file.sha256, file.size_bytes, "accepted", rows, notes="; ".join(notes) or None
    )


def register_records(con: duckdb.DuckDBPyConnection, feed: Feed, records: Sequence[FileRecord]) -> None:
    """Make `raw_<feed>_file` of the records."""
    contract = load_contract(f"raw.{feed.noun}_file")
    kinds = {"size_bytes": pa.int64(), "rows_n": pa.int64()}
    arrays = [
        pa.array([getattr(record, name) for record in records], kinds.get(name, pa.string()))
        for name in contract.column_names
    ]
    con.register(f"raw_{feed.noun}_file", pa.table(arrays, names=list(contract.column_names)))
