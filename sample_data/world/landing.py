"""Writes the days of a world as landing files in the feeds' layouts, and their truth in a folder of its own.

Belongs here: names, formats and places of files.
Belongs elsewhere: what is in them (entry.py and the modules beside it).
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl

from sample_data.world.day import Day


def write_day(day: Day, landing: Path, truth_dir: Path) -> None:
    """The day's files are in the landing folder, its truth in the truth folder and nowhere else."""
    writers = {"raw.low_value_entry": _write_entries, "raw.exam_finding": _write_findings}
    for table, write in writers.items():
        if table in day.tables and day.tables[table].height:
            folder = landing / table.removeprefix("raw.") / day.on.isoformat()
            folder.mkdir(parents=True, exist_ok=True)
            write(day, day.tables[table], folder)
    folder = truth_dir / day.on.isoformat()
    folder.mkdir(parents=True, exist_ok=True)
    day.truth.write_parquet(folder / f"truth_{day.part:03d}.parquet")


def _write_entries(day: Day, rows: pl.DataFrame, folder: Path) -> None:
    """Two files by filer: a as CSV, b as JSON Lines on odd days of the month and as Parquet on even ones."""
    sends_b = pl.col("filer_code").str.slice(2, 1).is_in(["1", "4", "6", "9"])
    _stamp(day, folder / f"entries_a_{day.part:03d}.csv", rows.filter(~sends_b))
    ending = "jsonl" if day.on.day % 2 else "parquet"
    _stamp(day, folder / f"entries_b_{day.part:03d}.{ending}", rows.filter(sends_b))


def _write_findings(day: Day, rows: pl.DataFrame, folder: Path) -> None:
    _stamp(day, folder / f"findings_{day.on.isoformat()}.csv", rows)


def _stamp(day: Day, path: Path, rows: pl.DataFrame) -> None:
    """The rows are in the file, in the format its name says, landed half an hour after the date has ended."""
    match path.suffix:
        case ".csv":
            rows.write_csv(path)
        case ".jsonl":
            rows.write_ndjson(path)
        case ".parquet":
            rows.write_parquet(path)
        case ending:
            raise ValueError(f"no format for {ending}")
    landed_at = datetime(day.on.year, day.on.month, day.on.day, 0, 30, tzinfo=UTC) + timedelta(days=1)
    os.utime(path, (landed_at.timestamp(), landed_at.timestamp()))
