"""The command `prove ingest`: a national night through the way in, and a table of what each step takes.

Belongs here: where it works, progress, printing.
Belongs elsewhere: making the files and measuring (tidewaiter/prove).
"""

import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from tidewaiter.command.console import open_console
from tidewaiter.prove.ingest import MAP, PUBLISH, WAY_IN, IngestRun, Request, check_room, prove_night
from tidewaiter.prove.measure import Measure
from tidewaiter.prove.national_night import NightSize
from tidewaiter.settings import load_settings

GIB, MB = 1 << 30, 1_000_000
TOTALS = {"read + hold + validate": WAY_IN, "with map": (*WAY_IN, MAP), "with map and publish": (*WAY_IN, MAP, PUBLISH)}


@dataclass(frozen=True)
class Asked:
    """How large a night, whether also one of twice the volume, where to work, what stays, and how to print."""

    size: NightSize
    doubles: bool
    work: Path | None
    keeps: bool
    as_json: bool


def run_ingest(asked: Asked) -> int:
    """Take the night in, and one of twice the volume; print what each step took."""
    sizes = [asked.size]
    if asked.doubles:
        sizes.append(replace(asked.size, rows=2 * asked.size.rows, bills=2 * asked.size.bills))
    folder = Path(tempfile.mkdtemp(prefix="tidewaiter-ingest-", dir=asked.work))
    console = Console(stderr=True)
    try:
        check_room(folder, sizes[-1])
        runs = [_run_night(asked, size, folder / f"night_{size.rows}", console) for size in sizes]
    finally:
        if not asked.keeps:
            shutil.rmtree(folder)
    if asked.as_json:
        typer.echo(json.dumps([_describe(run) for run in runs], indent=2))
    else:
        _print_tables(runs)
    if asked.keeps:
        console.print(f"files and lake are in {folder}", highlight=False)
    return 0


def _run_night(asked: Asked, size: NightSize, folder: Path, console: Console) -> IngestRun:
    folder.mkdir()
    request = Request(size, folder, load_settings().policy, keeps=asked.keeps)
    return prove_night(request, lambda text: console.print(text, style="dim", highlight=False))


def _describe(run: IngestRun) -> dict[str, object]:
    totals = [asdict(each) for each in list_totals(run)]
    return {**asdict(run), "totals": totals, "ratios": {each.step: _ratio(each, run) for each in list_totals(run)}}


def list_totals(run: IngestRun) -> list[Measure]:
    """Return the sums of steps that are compared with the floor."""
    return [run.total(name, steps) for name, steps in TOTALS.items()]


def _ratio(each: Measure, run: IngestRun) -> float:
    return each.seconds / run.floor.seconds


def _print_tables(runs: Sequence[IngestRun]) -> None:
    console = open_console()
    for run in runs:
        console.print(_build_table(run))
        console.print(
            f"{run.rows_n:,} rows landed: {run.kept_n:,} kept, {run.held_n:,} held; {run.bytes_n / MB:,.0f} MB of CSV",
            highlight=False,
        )
    if len(runs) > 1:
        console.print(_build_growth(*runs))


def _build_table(run: IngestRun) -> Table:
    table = Table(title=f"The way in: {run.size.rows:,} entry lines and {run.size.bills:,} bills")
    table.add_column("step")
    for name in ("seconds", "CPU-s", "rows/s", "MB/s", "peak GiB", "x floor", "x floor CPU"):
        table.add_column(name, justify="right")
    before, after = run.floors
    for name, each in (("floor, before", before), ("floor, after", after)):
        table.add_row(name, *_tell(each, run))
    table.add_row("floor, mean", *_tell(run.floor, run), end_section=True)
    for each in run.steps:
        table.add_row(each.step, *_tell(each, run), end_section=each is run.steps[-1])
    for each in list_totals(run):
        table.add_row(each.step, *_tell(each, run))
    return table


def _tell(each: Measure, run: IngestRun) -> Iterator[str]:
    yield f"{each.seconds:,.1f}"
    yield f"{each.cpu_s:,.1f}"
    yield f"{run.rows_n / each.seconds:,.0f}"
    yield f"{run.bytes_n / MB / each.seconds:,.0f}"
    yield f"{each.peak_bytes / GIB:.2f}"
    yield f"{_ratio(each, run):.2f}"
    yield f"{each.cpu_s / run.floor.cpu_s:.2f}"


def _build_growth(once: IngestRun, twice: IngestRun) -> Table:
    table = Table(title="Twice the volume")
    table.add_column("step")
    for name in ("seconds", "at 2x", "growth", "peak GiB", "at 2x", "growth"):
        table.add_column(name, justify="right")
    for small, large in zip(
        [once.floor, *once.steps, *list_totals(once)], [twice.floor, *twice.steps, *list_totals(twice)], strict=True
    ):
        table.add_row(
            small.step,
            f"{small.seconds:,.1f}",
            f"{large.seconds:,.1f}",
            f"{large.seconds / small.seconds:.2f}",
            f"{small.peak_bytes / GIB:.2f}",
            f"{large.peak_bytes / GIB:.2f}",
            f"{large.peak_bytes / small.peak_bytes:.2f}",
        )
    return table
