"""Writes the days of a world as landing files in the feeds' layouts, and their truth in a folder of its own.

Belongs here: names, formats and places of files.
Belongs elsewhere: what is in them (entry.py and the modules beside it).
"""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl

from sample_data.world.day import Day


def write_day(day: Day, landing: Path, truth_dir: Path) -> None:
    """The day's files are in the landing folder, its truth in the truth folder and nowhere else."""
    for table, rows in day.tables.items():
        if rows.height:
            feed = "ocean_ams" if table.startswith(_AMS) else table.removeprefix("raw.")
            _WRITERS[feed](day, rows, table, _make_folder(landing, feed, day))
    for (feed, name), text in day.documents.items():
        if not text:
            continue
        ending = _ENDINGS[feed]
        path = _make_folder(landing, feed, day) / f"{name}_{day.part:03d}.{ending}"
        path.write_text(text, encoding="utf-8", newline="")
        _stamp(day, path)
    folder = truth_dir / day.on.isoformat()
    folder.mkdir(parents=True, exist_ok=True)
    day.truth.write_parquet(folder / f"truth_{day.part:03d}.parquet")


def _make_folder(landing: Path, feed: str, day: Day) -> Path:
    folder = landing / feed / day.on.isoformat()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _write_entries(day: Day, rows: pl.DataFrame, _table: str, folder: Path) -> None:
    """Two files by filer: a as CSV, b as JSON Lines on odd days of the month and as Parquet on even ones."""
    sends_b = pl.col("filer_code").str.slice(2, 1).is_in(["1", "4", "6", "9"])
    _write(day, folder / f"entries_a_{day.part:03d}.csv", rows.filter(~sends_b))
    ending = "jsonl" if day.on.day % 2 else "parquet"
    _write(day, folder / f"entries_b_{day.part:03d}.{ending}", rows.filter(sends_b))


def _write_waybills(day: Day, rows: pl.DataFrame, _table: str, folder: Path) -> None:
    ending = "jsonl" if day.on.day % 2 else "csv"
    _write(day, folder / f"waybills_{day.on.isoformat()}_{day.part:03d}.{ending}", rows)


def _write_ams(day: Day, rows: pl.DataFrame, table: str, folder: Path) -> None:
    """A release is named by its minute, so that every piece of a day is a release of its own."""
    stamp = f"{day.on:%Y%m%d}15{day.part % 60:02d}"
    _write(day, folder / f"ams__{table.removeprefix(_AMS)}_{day.on.year}__{stamp}.csv", rows)


def _write_findings(day: Day, rows: pl.DataFrame, _table: str, folder: Path) -> None:
    _write(day, folder / f"findings_{day.on.isoformat()}.csv", rows)


def _write(day: Day, path: Path, rows: pl.DataFrame) -> None:
    """The rows are in the file, in the format that its name says."""
    match path.suffix:
        case ".csv":
            rows.write_csv(path)
        case ".jsonl":
            rows.write_ndjson(path)
        case ".parquet":
            rows.write_parquet(path)
        case ending:
            raise ValueError(f"no format for {ending}")
    _stamp(day, path)


def _stamp(day: Day, path: Path) -> None:
    """The file has the time at which it would have landed: half an hour after its date has ended."""
    landed_at = datetime(day.on.year, day.on.month, day.on.day, 0, 30, tzinfo=UTC) + timedelta(days=1)
    os.utime(path, (landed_at.timestamp(), landed_at.timestamp()))


_AMS = "raw.ocean_ams_"
_ENDINGS = {"truck_manifest": "jsonl", "ocean_x12_309": "edi"}
_WRITERS: dict[str, Callable[[Day, pl.DataFrame, str, Path], None]] = {
    "low_value_entry": _write_entries,
    "air_waybill": _write_waybills,
    "ocean_ams": _write_ams,
    "exam_finding": _write_findings,
}
