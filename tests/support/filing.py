"""Dates of entries in a small lake, each landed and summed without Dagster, and what its tables then say.

Belongs here: landing filings of a date, reading partitions.
Belongs elsewhere: one good row (entry.py), the steps of ingest (work.py).
"""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from tests.support.entry import DAY, ENTRY, entry, landing_file, write_csv
from tests.support.work import open_bench
from tidewaiter.ingest.low_value_entry import FEED
from tidewaiter.lake import Lake


def day(place: int) -> date:
    """Return the date so many days after the first one of a test."""
    return DAY - timedelta(days=20) + timedelta(days=place)


def file_entry(number: int, place: int, hour: int = 1, status: str = "new", **changes: str) -> dict[str, str]:
    """Return a filing of an entry, filed at an hour of a day."""
    return entry(number, filed_at=f"{day(place)}T{hour:02d}:00:00Z", record_status=status, **changes)


def land(folder: Path, place: int, *filings: Mapping[str, str], name: str = "a.csv") -> None:
    """Land the filings on a day and publish its core and party tables."""
    with open_bench(folder, day(place)) as bench:
        write_csv(landing_file(bench.landing, FEED.folder, name, bench.on), ENTRY, filings)
        bench.land(FEED)


def rows(folder: Path, table: str, place: int, *columns: str) -> list[tuple[Any, ...]]:
    """Return columns of a day's partition, in its order."""
    path = Lake(folder / "lake").existing(table, day(place))
    return pl.read_parquet(path, hive_partitioning=False).select(columns).rows()
