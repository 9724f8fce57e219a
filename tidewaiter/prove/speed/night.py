"""The national night from landed files to its release, beside what nobody can do without: the figures of one run.

Belongs here: making what the night needs, running it, the floor it is compared with.
Belongs elsewhere: the history (past.py), the model (model.py), the processes (tidewaiter/command/speed_step.py),
printing (tidewaiter/command/prove_speed.py).
"""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from tidewaiter.lake import Lake
from tidewaiter.prove import measure
from tidewaiter.prove.measure import Measure, run_told
from tidewaiter.prove.national_night import NIGHT, NightSize, write_night

STEP_MODULE, FLOOR_MODULE = "tidewaiter.command.speed_step", "tidewaiter.prove.floor"
# Measured: what a row of a past day takes on disk with the version it is of, what in tables of which some weeks
# are looked back on, and a landed byte with all made of it.
PAST_BYTES_A_ROW, RECENT_BYTES_A_ROW, RECENT_DAYS, BYTES_A_LANDED_BYTE = 120, 140, 35, 4
# Step names begin so -> the stage that people speak of.
STAGES = {
    "read_": "read",
    "place_": "lists",
    "tariff_": "lists",
    "watchlist_": "lists",
    "core": "core, held",
    "resolved_": "parties",
    "party_": "parties",
    "list_hits": "parties",
    "compute_": "features",
    "joined_": "features",
    "queues": "score, select, reasons",
    "mart__release": "release",
}
OTHER = "compliance, duty, outcomes, ledger, quality"
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Request:
    """How large a night over how long a history, under which policy.

    Attributes:
        folder: where files and tables of a night of this size are, which nights over other histories share; they are
            made there when it is empty.
    """

    size: NightSize
    days: int
    folder: Path
    policy: Path

    @property
    def landing(self) -> Path:
        return self.folder / "landing"

    @property
    def source(self) -> Path:
        return self.folder / "source"


@dataclass(frozen=True)
class SpeedRun:
    """What one night took.

    Attributes:
        shipments_n: shipments that were scored.
        floors: reading the files and writing Parquet; LightGBM's own predict.
        steps: the night's steps in order.
    """

    size: NightSize
    days: int
    shipments_n: int
    floors: tuple[Measure, ...]
    steps: tuple[Measure, ...]

    @property
    def floor(self) -> Measure:
        """Both floors together."""
        return add_up("floor", self.floors)

    @property
    def whole(self) -> Measure:
        """The whole night."""
        return add_up("the night", self.steps)

    @property
    def stages(self) -> tuple[Measure, ...]:
        """The steps added up by stage, in the order in which stages begin."""
        names = list(dict.fromkeys(name_stage(each.step) for each in self.steps))
        return tuple(add_up(name, [each for each in self.steps if name_stage(each.step) == name]) for name in names)


def name_stage(step: str) -> str:
    """Return the stage that a step belongs to."""
    return next((stage for start, stage in STAGES.items() if step.startswith(start)), OTHER)


def add_up(name: str, parts: Sequence[Measure]) -> Measure:
    """Return the sum of what was taken, with the largest peak."""
    return Measure(
        name,
        sum(each.seconds for each in parts),
        sum(each.cpu_s for each in parts),
        max(each.peak_bytes for each in parts),
    )


def prove_night(request: Request, tell: Tell) -> SpeedRun:
    """Make the files and the past of a night, run it, and return what each step took; its lake is gone then.

    Raises:
        ProofError: the disk lacks room, or a part fails.
    """
    check_room(request)
    if not request.source.exists():
        _make_source(request, tell)
    home = request.folder / f"home-{request.days}"
    home.mkdir()
    where = (str(home), str(request.landing), str(request.policy))
    try:
        made_from = (str(request.source), str(request.days))
        run_told(STEP_MODULE, ("past", *where, *made_from), f"a past of {request.days} days", tell)
        floor = run_told(FLOOR_MODULE, (str(request.landing), str(home), str(request.policy)), "floor", tell)
        steps = run_told(STEP_MODULE, ("night", *where), "night", tell)
        shipments_n = _count_scored(Lake(home / "lake"))
        predict = run_told(STEP_MODULE, ("predict", *where, str(shipments_n)), "predict alone", tell)
        return SpeedRun(request.size, request.days, shipments_n, (*floor, *predict), tuple(steps))
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _make_source(request: Request, tell: Tell) -> None:
    """Land the files of the night, and make the tables that its past is made of."""
    write_night(request.landing, request.size, tell)
    where = (str(request.source), str(request.landing), str(request.policy))
    run_told(STEP_MODULE, ("source", *where), "tables to make a past of", tell)


def check_room(request: Request) -> None:
    """Raise ProofError when the disk has no room for the files, the past and what is made of them."""
    bytes_a_row = request.days * PAST_BYTES_A_ROW + min(request.days, RECENT_DAYS) * RECENT_BYTES_A_ROW
    past = (request.size.rows + request.size.bills) * bytes_a_row
    needed = past + BYTES_A_LANDED_BYTE * request.size.bytes_n
    fix = "name a folder on a larger disk with --work, or ask for fewer --rows or --history"
    measure.check_room(request.folder, needed, "this night and its past need", fix)


def _count_scored(lake: Lake) -> int:
    path = lake.existing("score.shipment", NIGHT)
    return int(pl.scan_parquet(path, hive_partitioning=False).select(pl.len()).collect().item())
