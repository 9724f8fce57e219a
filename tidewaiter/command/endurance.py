"""The command `prove endurance`: spoilt and huge files through the way in, and a table of what became of them.

Belongs here: where it works, progress, printing.
Belongs elsewhere: making and judging the files (tidewaiter/prove).
"""

import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from sample_data.make import write_landing
from tidewaiter.command.console import open_console
from tidewaiter.prove.endurance import FeedTally, Trial, try_files
from tidewaiter.prove.giant import GIANTS, GiantResult, try_giants

SHOWN_DEFECTS = 5


@dataclass(frozen=True)
class Request:
    """How many files from which seed, where to work, where files that defeat the way in go, and how to print."""

    files: int
    seed: int
    work: Path | None
    defects: Path
    giants: bool
    as_json: bool


def run_endurance(request: Request) -> int:
    """Try the files, print what became of them and return the exit code: 1 when any defeats the way in."""
    folder = Path(tempfile.mkdtemp(prefix="tidewaiter-endurance-", dir=request.work))
    try:
        tallies, peak_mib = _try_spoilt(request, folder)
        giants = _try_huge(folder) if request.giants else []
    finally:
        shutil.rmtree(folder)
    broken = sum(len(tally.defects) for tally in tallies) + sum(giant.problem is not None for giant in giants)
    if request.as_json:
        found = {"feeds": [asdict(each) for each in tallies], "giants": [asdict(each) for each in giants]}
        typer.echo(json.dumps({"seed": request.seed, **found, "peak_mib": peak_mib, "defects_n": broken}, indent=2))
    else:
        _print_tables(request, tallies, giants, peak_mib)
    return 1 if broken else 0


def _try_spoilt(request: Request, folder: Path) -> tuple[list[FeedTally], int]:
    sample = folder / "sample"
    write_landing(sample, days=2)
    trial = Trial(request.files, request.seed, sample, folder / "trial", request.defects)
    with _open_progress() as progress:
        bar = progress.add_task("spoilt files", total=request.files)
        return try_files(trial, lambda files: progress.advance(bar, files))


def _try_huge(folder: Path) -> list[GiantResult]:
    results = []
    with _open_progress() as progress:
        bar = progress.add_task("huge files", total=len(GIANTS))
        for result in try_giants(folder):
            progress.advance(bar)
            results.append(result)
    return results


def _open_progress() -> Progress:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description:<16}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, disable=not console.is_terminal)


def _print_tables(request: Request, tallies: Sequence[FeedTally], giants: Sequence[GiantResult], peak_mib: int) -> None:
    console = open_console()
    console.print(_build_feed_table(tallies))
    console.print(f"most memory of a process that judged them: {peak_mib:,} MiB; seed {request.seed}", highlight=False)
    if giants:
        console.print(_build_giant_table(giants))
    for tally in tallies:
        for defect in tally.defects[:SHOWN_DEFECTS]:
            console.print(f"[red]{tally.feed}[/red]: {escape(defect)}", highlight=False)
    if any(tally.defects for tally in tallies):
        console.print(f"files that defeat the way in are in {request.defects}", highlight=False)


def _build_feed_table(tallies: Sequence[FeedTally]) -> Table:
    table = Table(title="Spoilt files, by feed")
    table.add_column("feed")
    for name in ("files", "accepted", "refused", "repeated", "rows", "kept", "held", "defects"):
        table.add_column(name, justify="right")
    for each in [*tallies, _sum_up(tallies)]:
        counts = (each.files_n, each.accepted_n, each.refused_n, each.repeated_n, each.rows_n, each.kept_n, each.held_n)
        table.add_row(each.feed, *(f"{count:,}" for count in counts), f"{len(each.defects):,}")
    return table


def _sum_up(tallies: Sequence[FeedTally]) -> FeedTally:
    total = FeedTally("all")
    for each in tallies:
        for name, value in vars(each).items():
            if name != "feed":
                setattr(total, name, getattr(total, name) + value)
    return total


def _build_giant_table(giants: Sequence[GiantResult]) -> Table:
    table = Table(title="Huge files, each alone in a process")
    for name, justify in (("file", "left"), ("landed MB", "right"), ("seconds", "right"), ("peak MiB", "right")):
        table.add_column(name, justify=justify)  # type: ignore[arg-type]
    table.add_column("what became of it", overflow="fold")
    for each in giants:
        became = f"[red]{escape(each.problem)}[/red]" if each.problem else escape(f"{each.status}: {each.cause}")
        table.add_row(each.name, f"{each.packed_bytes / 1e6:,.1f}", f"{each.seconds:.0f}", f"{each.peak_mib:,}", became)
    return table
