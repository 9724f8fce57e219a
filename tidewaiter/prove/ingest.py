"""The way in of a national night beside the floor: time, processor time and memory of each step.

Belongs here: making the night, running each step in its own process, the figures and what they are compared with.
Belongs elsewhere: the files (national_night.py), the floor (floor.py), the steps (tidewaiter/command/ingest_step.py),
printing (tidewaiter/command/prove_ingest.py).
"""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from tidewaiter.errors import ProofError
from tidewaiter.ingest.registry import SHIPMENT_FEEDS
from tidewaiter.lake import Lake
from tidewaiter.prove import measure
from tidewaiter.prove.floor import STEP as FLOOR
from tidewaiter.prove.measure import Measure, run_told
from tidewaiter.prove.national_night import NIGHT, NightSize, write_night

READ, HOLD, VALIDATE, MAP, PUBLISH = "read", "hold", "validate", "map", "publish"
WAY_IN = (READ, HOLD, VALIDATE)
STEP_MODULE, FLOOR_MODULE = "tidewaiter.command.ingest_step", "tidewaiter.prove.floor"
# The files, what is published of them, and what a step spills.
ROOM_FOR_FILES = 3
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Request:
    """How large a night, in which empty folder, under which policy, and whether its files stay."""

    size: NightSize
    folder: Path
    policy: Path
    keeps: bool = False


@dataclass(frozen=True)
class IngestRun:
    """What the way in of one night took.

    Attributes:
        floors: the floor before the steps and after them.
        rows_n, kept_n, held_n: of all landed files, as the ledger counts them.
    """

    size: NightSize
    bytes_n: int
    rows_n: int
    kept_n: int
    held_n: int
    floors: tuple[Measure, ...]
    steps: tuple[Measure, ...]

    @property
    def floor(self) -> Measure:
        """The mean of the floors, with the larger peak."""
        return Measure(
            FLOOR,
            sum(each.seconds for each in self.floors) / len(self.floors),
            sum(each.cpu_s for each in self.floors) / len(self.floors),
            max(each.peak_bytes for each in self.floors),
        )

    def total(self, name: str, steps: Sequence[str]) -> Measure:
        """Return the sum of some steps, with the largest peak."""
        chosen = [each for each in self.steps if each.step in steps]
        return Measure(
            name,
            sum(each.seconds for each in chosen),
            sum(each.cpu_s for each in chosen),
            max(each.peak_bytes for each in chosen),
        )


def prove_night(request: Request, tell: Tell) -> IngestRun:
    """Make the files of a night, take them in step by step, and return what each step took.

    Raises:
        ProofError: the disk lacks room, a step fails, or rows are lost.
    """
    check_room(request.folder, request.size)
    landing, home = request.folder / "landing", request.folder / "home"
    home.mkdir()
    try:
        write_night(landing, request.size, tell)
        return _measure_steps(request, landing, home, tell)
    finally:
        if not request.keeps:
            shutil.rmtree(landing, ignore_errors=True)
            shutil.rmtree(home, ignore_errors=True)


def check_room(folder: Path, size: NightSize) -> None:
    """Raise ProofError when the disk has no room for the files and what is made of them."""
    fix = "name a folder on a larger disk with --work, or ask for fewer --rows"
    measure.check_room(folder, ROOM_FOR_FILES * size.bytes_n, f"{size.rows:,} rows need", fix)


def _measure_steps(request: Request, landing: Path, home: Path, tell: Tell) -> IngestRun:
    where = (str(home), str(landing), str(request.policy))
    floor = (str(landing), str(request.folder), str(request.policy))
    before = run_told(FLOOR_MODULE, floor, "floor, before", tell)
    read = run_told(STEP_MODULE, (READ, *where), "read", tell)
    core = run_told(STEP_MODULE, (HOLD, *where), "hold, validate, map, publish", tell)
    after = run_told(FLOOR_MODULE, floor, "floor, after", tell)
    rows_n, kept_n, held_n = _count_rows(Lake(home / "lake"))
    if rows_n != kept_n + held_n:
        raise ProofError(f"{rows_n:,} rows were read, {kept_n:,} kept and {held_n:,} held.", fix="find the others")
    bytes_n = sum(path.stat().st_size for path in landing.rglob("*.csv"))
    return IngestRun(request.size, bytes_n, rows_n, kept_n, held_n, (*before, *after), (*read, *core))


def _count_rows(lake: Lake) -> tuple[int, int, int]:
    files = pl.concat(
        pl.read_parquet(lake.existing(f"held.{feed.noun}_file", NIGHT), hive_partitioning=False).select(
            "rows_n", "kept_n", "held_n"
        )
        for feed in SHIPMENT_FEEDS
    )
    rows_n, kept_n, held_n = files.sum().row(0)
    return int(rows_n), int(kept_n), int(held_n)
