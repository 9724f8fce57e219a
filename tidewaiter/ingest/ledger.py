"""The ingest ledger of a date: each landed file, what became of it, and which earlier dates its filings touched.

Belongs here: gathering the ledger from what the feeds published.
Belongs elsewhere: judging files (keeping.py), which dates are stale by it (stale.py).
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from data_quality.contract import load_contract
from tidewaiter.engine.duckdb import read_sql, scan_parquet
from tidewaiter.errors import LandingError
from tidewaiter.ingest.feed import Feed
from tidewaiter.ingest.landed import find_file
from tidewaiter.ingest.version import SQL, VERSION
from tidewaiter.lake import Lake

LEDGER = "core.landed_file"


@dataclass(frozen=True)
class LedgerRequest:
    """The date whose ledger is gathered, the feeds it speaks of, and where their files landed."""

    lake: Lake
    landing: Path
    on: date
    feeds: tuple[Feed, ...]


def gather_ledger(con: duckdb.DuckDBPyConnection, request: LedgerRequest) -> None:
    """Make the temp table `core_landed_file` from each feed's published counts and the date's shipment versions.

    Raises:
        LandingError: a file of the date is no longer where it landed.
    """
    counts = [f"held.{feed.noun}_file" for feed in request.feeds]
    paths = [request.lake.existing(table, request.on) for table in counts]
    scan_parquet(con, "feed_file", paths, load_contract(counts[0]))
    scan_parquet(con, "landed_version", [request.lake.existing(VERSION, request.on)], load_contract(VERSION))
    names = [name for (name,) in con.execute("select distinct file from feed_file order by file").fetchall()]
    con.register("file_time", _read_times(request, names))
    con.execute(
        f"create or replace temp table core_landed_file as {read_sql(SQL / 'landed_file.sql')}", {"on": request.on}
    )
    con.unregister("file_time")


def _read_times(request: LedgerRequest, names: list[str]) -> pa.Table:
    """Return (file, landed_at): the time each file was last written, which belongs to the file and not to the run."""
    times = [read_time(find_file(request.landing, name), request.on) for name in names]
    return pa.table({"file": pa.array(names, pa.string()), "landed_at": pa.array(times, pa.timestamp("us"))})


def read_time(path: Path, on: date) -> int:
    """Return when a file was last written, in microseconds since 1970 (UTC).

    Raises:
        LandingError: it is not there.
    """
    try:
        return path.stat().st_mtime_ns // 1000
    except FileNotFoundError as gone:
        raise LandingError(
            f"{path} was read for {on} and is no longer there.", fix=f"run `tidewaiter nightly --date {on}` again"
        ) from gone
