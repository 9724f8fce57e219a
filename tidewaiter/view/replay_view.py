"""What a corrected file would do, and what it did, in words.

Belongs here: sentences and the table of counts before and after.
Belongs elsewhere: judging (tidewaiter/ingest/trial.py), the order of steps (tidewaiter/command/replay.py).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tidewaiter.ingest.correction import Filed, Target
from tidewaiter.ingest.feed import Feed
from tidewaiter.ingest.trial import Alone, Beside
from tidewaiter.lake import Lake
from tidewaiter.view.rule import explain_rule

SHIPMENTS = "core.shipment"
NOTHING = "-"


@dataclass(frozen=True)
class Counts:
    """What the lake says of a feed and date: a status a file, its rows, and the shipments of the date."""

    files: Mapping[str, str]
    kept_n: int
    held_n: int
    shipments_n: int | None


def describe_target(path: Path, target: Target) -> Iterator[str]:
    """Yield what the file is taken for."""
    place = f"{target.feed.folder} of {target.on}"
    if target.original is None:
        yield f"{path.name} is for {place} and corrects no file that the ledger has as refused or with held rows."
    else:
        yield f"{path.name} is for {place} and corrects {target.original.file} ({_tell_state(target.original)})."


def _tell_state(filed: Filed) -> str:
    if filed.is_refused:
        return f"refused: {filed.cause}"
    return f"{filed.kept_n or 0:,} rows kept, {filed.held_n or 0:,} held"


def describe_alone(alone: Alone) -> Iterator[str]:
    """Yield what a night would make of the file by itself."""
    rows = alone.record.rows_n or 0
    yield f"By itself: {_count(rows, 'row')}, {alone.kept_n:,} kept, {alone.held_n:,} held."
    if alone.record.notes:
        yield f"  the reader notes: {alone.record.notes}"


def describe_beside(alone: Alone, beside: Beside, feed: Feed) -> Iterator[str]:
    """Yield what a night would make of the file beside all that landed, and the rules that would hold rows."""
    repeats = f" ({beside.repeats_n:,} equal rows kept before and count once)" if beside.repeats_n else ""
    if repeats or (beside.kept_n, beside.held_n) != (alone.kept_n, alone.held_n):
        yield f"Beside what landed: {beside.kept_n:,} kept{repeats}, {beside.held_n:,} held."
    for rule, rows in (beside.rules or alone.rules).items():
        yield f"  {rule}: {_count(rows, 'row')}. {explain_rule(feed, rule).sentence}"


def describe_landing(target: Target, place: str, *, replaces: bool) -> Iterator[str]:
    """Yield what a run that is no dry run would do."""
    yield f"Nothing has landed: this was a dry run. It would land as {target.feed.folder}/{target.on}/{place}"
    if target.original and replaces:
        yield f"and set {target.original.file} aside; then {target.night} would run again."
    elif target.original:
        yield f"beside {target.original.file}; then {target.night} would run again."
    else:
        yield f"and wait for the night of {target.night}."


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def read_counts(lake: Lake, target: Target) -> Counts:
    """Return the counts as the last run of the night left them; nothing where it has not been run."""
    path = lake.path(f"held.{target.feed.noun}_file", target.night)
    shipments = lake.path(SHIPMENTS, target.night)
    rows = pl.read_parquet(path, hive_partitioning=False).sort("file").to_dicts() if path.exists() else []
    return Counts(
        files={row["file"]: _tell_file(row) for row in rows},
        kept_n=sum(row["kept_n"] or 0 for row in rows),
        held_n=sum(row["held_n"] or 0 for row in rows),
        shipments_n=pl.scan_parquet(shipments).select(pl.len()).collect().item() if shipments.exists() else None,
    )


def _tell_file(row: Mapping[str, object]) -> str:
    if row["status"] != "accepted":
        return str(row["status"])
    return f"{row['kept_n']:,} kept, {row['held_n']:,} held"


def render_counts(before: Counts, now: Counts, console: Console) -> None:
    """Print what changed, file by file and in all."""
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for name in ("", "before", "now"):
        table.add_column(name, overflow="fold")
    for file in sorted({*before.files, *now.files}):
        was, is_now = before.files.get(file, NOTHING), now.files.get(file, NOTHING)
        if was != is_now:
            table.add_row(Text(file), Text(was), Text(is_now))
    table.add_row("rows kept", f"{before.kept_n:,}", f"{now.kept_n:,}")
    table.add_row("rows held", f"{before.held_n:,}", f"{now.held_n:,}")
    if now.shipments_n is not None:
        was = NOTHING if before.shipments_n is None else f"{before.shipments_n:,}"
        table.add_row("shipments of the date", was, f"{now.shipments_n:,}")
    console.print(table)
