"""Good files to spoil: a few small ones of every feed, in every format it takes.

Belongs here: choosing and shortening them.
Belongs elsewhere: making the landing they come from (sample_data), spoiling them (mutation.py).
"""

import csv
import gzip
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import polars as pl
import zstandard

from data_quality.contract import Column, load_contract
from tidewaiter.ingest.feed import Feed
from tidewaiter.ingest.landed import list_dates

ROWS_KEPT = 30
FILES_A_FEED = 14
LARGEST_WHOLE = 4_000_000
WRITTEN_WHOLE = (".edi", ".json", ".x12")


@dataclass(frozen=True)
class GoodFile:
    """A small file that its feed accepts."""

    feed: Feed
    name: str
    content: bytes


def gather_corpus(landing: Path, feeds: Sequence[Feed]) -> dict[str, tuple[GoodFile, ...]]:
    """Return small files of each feed by its noun: shortened from what landed, else made of the contracts' examples."""
    return {feed.noun: tuple(_shorten_landed(landing, feed)) or tuple(_write_examples(feed)) for feed in feeds}


def _shorten_landed(landing: Path, feed: Feed) -> Iterator[GoodFile]:
    dates = list_dates(landing, feed)
    folder = landing / feed.folder / dates[-1].isoformat() if dates else None
    paths = sorted(path for path in folder.rglob("*") if path.is_file()) if folder else []
    for path in paths[:FILES_A_FEED]:
        name = path.name.removesuffix(".gz").removesuffix(".zst")
        content = _shorten(name, path)
        yield GoodFile(feed, name, content)
        if name.endswith(".parquet"):
            # Whoever takes Parquet takes JSON Lines too.
            yield GoodFile(feed, name.replace(".parquet", ".jsonl"), pl.read_parquet(content).write_ndjson().encode())


def _shorten(name: str, path: Path) -> bytes:
    with _open_plain(path) as handle:
        if name.endswith(".parquet"):
            return _shorten_parquet(handle.read())
        if name.lower().endswith(WRITTEN_WHOLE):
            return handle.read(LARGEST_WHOLE)
        return b"".join(handle.readline() for _ in range(ROWS_KEPT + 1))


def _open_plain(path: Path) -> BinaryIO:
    opened = {".gz": gzip.open, ".zst": zstandard.open}.get(path.suffix.lower(), open)
    return opened(path, "rb")  # type: ignore[operator,no-any-return]


def _shorten_parquet(content: bytes) -> bytes:
    target = io.BytesIO()
    pl.read_parquet(content).head(ROWS_KEPT).write_parquet(target)
    return target.getvalue()


def _write_examples(feed: Feed) -> Iterator[GoodFile]:
    """One CSV file a table, its rows the examples that the contract gives for each column."""
    for table in feed.tables:
        contract = load_contract(table)
        text = io.StringIO()
        rows = csv.writer(text)
        rows.writerow(contract.column_names)
        for turn in range(ROWS_KEPT):
            rows.writerow([_pick_example(column, turn) for column in contract.columns])
        yield GoodFile(feed, f"{contract.noun}.csv", text.getvalue().encode())


def _pick_example(column: Column, turn: int) -> object:
    return column.examples[turn % len(column.examples)] if column.examples else ""
