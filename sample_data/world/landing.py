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
    write_landing_files(day, landing)
    folder = truth_dir / day.on.isoformat()
    folder.mkdir(parents=True, exist_ok=True)
    day.truth.write_parquet(folder / f"truth_{day.part:03d}.parquet", compression="lz4")


def write_landing_files(day: Day, landing: Path) -> None:
    """The day's files are in the landing folder. Files of a later piece have its number in their names."""
    for table, rows in day.tables.items():
        if rows.height:
            feed = "ocean_ams" if table.startswith(_AMS) else table.removeprefix("raw.")
            _WRITERS[feed](day, rows, table, _make_folder(landing, feed, day))
    for (feed, name), text in day.documents.items():
        if text:
            ending, shown = _show_document(feed, name, text)
            path = _make_folder(landing, feed, day) / f"{name}{_number(day)}.{ending}"
            path.write_text(shown, encoding="utf-8", newline="")
            _stamp(day, path)


def _show_document(feed: str, name: str, text: str) -> tuple[str, str]:
    """The ending and the text of a document; the first trips of a day are one list, what comes later is lines."""
    if feed == "ocean_x12_309":
        return "edi", text
    if name.endswith("_1"):
        return "json", "[" + ",\n".join(text.splitlines()) + "]\n"
    return "jsonl", text


def _number(day: Day) -> str:
    return f"_{day.part:03d}" if day.part else ""


def _make_folder(landing: Path, feed: str, day: Day) -> Path:
    folder = landing / feed / day.on.isoformat()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _write_entries(day: Day, rows: pl.DataFrame, _table: str, folder: Path) -> None:
    """Two files by filer: a as CSV, b as JSON Lines on odd days of the month and as Parquet on even ones."""
    sends_b = pl.col("filer_code").str.slice(2, 1).is_in(["1", "4", "6", "9"])
    _write(day, folder / f"entries_a{_number(day)}.csv", rows.filter(~sends_b))
    ending = "jsonl" if day.on.day % 2 else "parquet"
    _write(day, folder / f"entries_b{_number(day)}.{ending}", _type_entries(rows.filter(sends_b), ending))


def _type_entries(rows: pl.DataFrame, ending: str) -> pl.DataFrame:
    """Numbers and flags as such, and in Parquet times and dates too; what cannot be one is missing."""
    flags = [(pl.col(name) == "true").alias(name) for name in _FLAGS]
    typed = rows.with_columns(pl.col(_NUMBERS).cast(pl.Float64), pl.col(_COUNTS).cast(pl.Int64), *flags)
    if ending == "jsonl":
        return typed
    times = pl.col(_TIMES).str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="us").dt.replace_time_zone("UTC")
    return typed.with_columns(times, pl.col("account_opened_on").str.to_date("%Y-%m-%d"))


def _write_waybills(day: Day, rows: pl.DataFrame, _table: str, folder: Path) -> None:
    ending = "jsonl" if day.on.day % 2 else "csv"
    _write(day, folder / f"waybills_{day.on.isoformat()}{_number(day)}.{ending}", rows)


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
_NUMBERS = ["gross_weight_kg", "value_usd", "listed_price_usd"]
_COUNTS = ["line_number", "quantity"]
_FLAGS = ("verified_known_consignor", "screened")
_TIMES = ["filed_at", "estimated_arrival_at"]
_WRITERS: dict[str, Callable[[Day, pl.DataFrame, str, Path], None]] = {
    "low_value_entry": _write_entries,
    "air_waybill": _write_waybills,
    "ocean_ams": _write_ams,
    "exam_finding": _write_findings,
}
