"""Which past dates have to be built, or built again, before a night can look back on them.

Belongs here: comparing what landed with what the ledger says was read.
Belongs elsewhere: building them (pipelines/night.py).
"""

from datetime import date, timedelta
from pathlib import Path

import polars as pl

from tidewaiter.ingest.landed import list_dates, list_files
from tidewaiter.ingest.registry import DATED_FEEDS, FEEDS
from tidewaiter.lake import Lake

# The last table of a past date; it is there when everything before it is.
LAST_TABLE = "quality.measure"
LEDGER = "core.landed_file"


def list_stale_dates(lake: Lake, landing: Path, before: date, days: int) -> list[date]:
    """Return the dates of the window that landed but are not published, or whose files are not those of the ledger.

    A landed file never changes, so its name and size tell whether it was there.
    """
    first = before - timedelta(days=days)
    landed = {day for feed in DATED_FEEDS for day in list_dates(landing, feed) if first <= day < before}
    return [day for day in sorted(landed) if _is_stale(lake, landing, day)]


def _is_stale(lake: Lake, landing: Path, on: date) -> bool:
    if not lake.path(LAST_TABLE, on).exists() or not lake.path(LEDGER, on).exists():
        return True
    ledger = pl.read_parquet(lake.path(LEDGER, on), columns=["file", "size_bytes"])
    files = [path for feed in DATED_FEEDS for path in list_files(landing, feed, on)]
    now = {(path.relative_to(landing).as_posix(), path.stat().st_size) for path in files}
    snapshots = tuple(feed.folder + "/" for feed in FEEDS if feed.is_snapshot)
    return now != {row for row in ledger.iter_rows() if not row[0].startswith(snapshots)}
