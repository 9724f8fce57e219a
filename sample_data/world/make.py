"""Makes a world's landing folder, with exams drawn at random, and its truth beside it.

Belongs here: the order of making, the marker file, counting, and putting the finished folder in place in one step.
Belongs elsewhere: the world itself (simulation.py), files (landing.py), lists (lists.py), the command line.
"""

import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter, process_time

import polars as pl

from sample_data.folder import open_partial, put_in_place, read_marker
from sample_data.world.day import Day
from sample_data.world.landing import write_day
from sample_data.world.lists import write_world_lists
from sample_data.world.setting import DEFAULT, Parameters
from sample_data.world.simulation import World

MARKER = "WORLD.json"
# Raised by one whenever the same seed would give other bytes.
WORLD_VERSION = 2
LANDING, TRUTH = "landing", "truth"


@dataclass(frozen=True)
class Request:
    """Which world, for how long, and where."""

    out: Path
    seed: int
    days: int
    scale: float
    start: date
    exam_share: float = 0.02


@dataclass
class Made:
    """How many rows of each table and kind of document there are, and what making them took."""

    rows: Counter[str] = field(default_factory=Counter)
    was_there: bool = False
    seconds: float = 0.0
    cpu_seconds: float = 0.0


def make_world(request: Request, tell: Callable[[str], None], parameters: Parameters = DEFAULT) -> Made:
    """`out` has a landing folder of every feed and a truth folder, complete; nothing is done where it already has.

    The folder is made beside `out` as `<out>.partial` and renamed when finished, so no half of it is ever visible.

    Raises:
        FileExistsError: `out` has files in it that no world wrote.
        ValueError: fewer than one day is asked for, or the world refuses the scale.
    """
    if request.days < 1:
        raise ValueError(f"days is {request.days}: ask for at least 1")
    marker = _write_marker(request)
    if read_marker(request.out / MARKER) == marker:
        return Made(was_there=True)
    refuse_strangers(request.out)
    world = World(request.seed, request.scale, request.start, parameters)
    partial = open_partial(request.out)
    made = _fill(world, request, partial, tell)
    (partial / MARKER).write_text(marker, encoding="utf-8")
    put_in_place(partial, request.out)
    return made


def _fill(world: World, request: Request, folder: Path, tell: Callable[[str], None]) -> Made:
    made, began, worked = Made(), perf_counter(), process_time()
    write_world_lists(world, request.days, folder / LANDING)
    for place in range(request.days):
        on = request.start + timedelta(days=place)
        _write_pieces(world, on, folder, made.rows)
        world.examine(on, draw_exams(world, on, request.exam_share))
        tell(f"{on}: day {place + 1} of {request.days}, {sum(made.rows.values()):,} rows")
    return replace(made, seconds=perf_counter() - began, cpu_seconds=process_time() - worked)


def _write_pieces(world: World, on: date, folder: Path, rows: Counter[str]) -> None:
    """One piece is written while the next is made, so that at most two are in memory."""
    with ThreadPoolExecutor(1) as writer:
        writing: Future[None] | None = None
        for day in world.open_pieces(on):
            count_rows(rows, day)
            if writing is not None:
                writing.result()
            writing = writer.submit(write_day, day, folder / LANDING, folder / TRUTH)
        if writing is not None:
            writing.result()


def draw_exams(world: World, on: date, share: float) -> pl.DataFrame:
    """That share of the day's standing shipments, at random, by a stream of its own."""
    standing = world.today.filter("is_standing")
    rng = world.streams.open("random exams", (on - world.start).days)
    at = rng.choice(standing.height, size=round(standing.height * share), replace=False)
    return standing.select("shipment_id", selected_by=pl.lit("random"))[at]


def count_rows(rows: Counter[str], day: Day) -> None:
    """Add the day's rows by table, and its documents' shipments by feed."""
    rows.update({table: frame.height for table, frame in day.tables.items()})
    for (feed, _), text in day.documents.items():
        rows[feed] += text.count('"shipmentControlNumber"') + text.count("\nM11*")


def refuse_strangers(out: Path) -> None:
    """Return where the folder is empty, missing or a world's own.

    Raises:
        FileExistsError: it has files but no marker of a world.
    """
    if out.exists() and not out.is_dir():
        raise FileExistsError(f"{out} is a file: name a folder")
    if out.is_dir() and any(out.iterdir()) and not (out / MARKER).is_file():
        raise FileExistsError(f"{out} has files but no {MARKER}, so no world wrote it")


def _write_marker(request: Request) -> str:
    facts = {
        "world_version": WORLD_VERSION, "seed": request.seed, "days": request.days, "scale": request.scale,
        "start": request.start.isoformat(), "exam_share": request.exam_share,
    }  # fmt: skip
    return json.dumps(facts, indent=2) + "\n"
