"""The command `prove speed`: national nights of two volumes over two histories, and what each stage takes.

Belongs here: which nights are run, progress, printing.
Belongs elsewhere: making and measuring them (tidewaiter/prove/speed).
"""

import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from tidewaiter.command.console import open_console
from tidewaiter.prove.measure import Measure
from tidewaiter.prove.national_night import NightSize
from tidewaiter.prove.speed.night import Request, SpeedRun, check_room, prove_night
from tidewaiter.settings import load_settings

GIB = 1 << 30
AIM_RATIO, AIM_PEAK_GIB, AIM_VOLUME, AIM_HISTORY = 3.0, 10.0, 2.2, 1.15


@dataclass(frozen=True)
class Asked:
    """How large a night, over how many days, whether twice of each too, where to work, and how to print."""

    size: NightSize
    days: int
    doubles: bool
    work: Path | None
    as_json: bool


def run_speed(asked: Asked) -> int:
    """Run the night, one of twice the volume and one over twice the history; print what each took when it ends."""
    folder = Path(tempfile.mkdtemp(prefix="tidewaiter-speed-", dir=asked.work))
    progress, runs = Console(stderr=True), list[SpeedRun]()
    try:
        requests = list(_list_requests(asked, folder))
        for request in requests:
            check_room(request)
        for request in requests:
            runs.append(prove_night(request, lambda text: _tell(progress, text)))
            if not asked.as_json:
                _print_run(open_console(), runs[-1])
    finally:
        shutil.rmtree(folder)
    if asked.as_json:
        typer.echo(json.dumps([_describe(run) for run in runs], indent=2))
    elif asked.doubles:
        open_console().print(_build_growth(*runs))
    return 0


def _tell(console: Console, text: str) -> None:
    console.print(text, style="dim", highlight=False)


def _list_requests(asked: Asked, folder: Path) -> Iterator[Request]:
    policy, size = load_settings().policy, asked.size
    yield Request(size, asked.days, folder / "once", policy)
    if asked.doubles:
        yield Request(size, 2 * asked.days, folder / "once", policy)
        twice = replace(size, rows=2 * size.rows, bills=2 * size.bills)
        yield Request(twice, asked.days, folder / "twice", policy)


def _describe(run: SpeedRun) -> dict[str, object]:
    stages = [asdict(each) for each in run.stages]
    whole, floor = asdict(run.whole), asdict(run.floor)
    return {**asdict(run), "stages": stages, "whole": whole, "floor": floor, "ratios": list(_ratios(run))}


def _ratios(run: SpeedRun) -> tuple[float, float]:
    """Return the whole night over the floor: by the clock and by the processor."""
    return run.whole.seconds / run.floor.seconds, run.whole.cpu_s / run.floor.cpu_s


def _print_run(console: Console, run: SpeedRun) -> None:
    console.print(_build_table(run))
    clock, processor = _ratios(run)
    console.print(
        f"{clock:.1f} times the floor by the clock, {processor:.1f} by the processor (aim: {AIM_RATIO}); "
        f"peak {run.whole.peak_bytes / GIB:.1f} GiB (aim: under {AIM_PEAK_GIB:.0f})\n",
        highlight=False,
    )


def _build_table(run: SpeedRun) -> Table:
    title = f"{run.size.rows:,} entry lines and {run.size.bills:,} bills over {run.days} days of the same"
    table = Table(title=title)
    table.add_column("stage")
    for name in ("seconds", "CPU-s", "shipments/s", "peak GiB", "x floor"):
        table.add_column(name, justify="right")
    for each in run.floors:
        table.add_row(each.step, *_cells(each, run), end_section=each is run.floors[-1])
    for each in run.stages:
        table.add_row(each.step, *_cells(each, run), end_section=each is run.stages[-1])
    table.add_row(run.whole.step, *_cells(run.whole, run))
    return table


def _cells(each: Measure, run: SpeedRun) -> Iterator[str]:
    yield f"{each.seconds:,.1f}"
    yield f"{each.cpu_s:,.1f}"
    yield f"{run.shipments_n / each.seconds:,.0f}"
    yield f"{each.peak_bytes / GIB:.2f}"
    yield f"{each.seconds / run.floor.seconds:.2f}"


def _build_growth(once: SpeedRun, history: SpeedRun, volume: SpeedRun) -> Table:
    table = Table(title="Growth of the night, by the processor")
    for name in ("", "CPU-s", "times", "aim at most"):
        table.add_column(name, justify="right" if name else "left")
    table.add_row("the night", f"{once.whole.cpu_s:,.1f}", "", "")
    for name, run, aim in (
        ("twice the volume", volume, AIM_VOLUME),
        ("twice the history", history, AIM_HISTORY),
    ):
        table.add_row(name, f"{run.whole.cpu_s:,.1f}", f"{run.whole.cpu_s / once.whole.cpu_s:.2f}", f"{aim}")
    return table
