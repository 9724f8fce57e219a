"""One policy in one world: day after day from the first to the last, and what the judge says of it.

Belongs here: the order of a day, the warm-up that every policy of a seed shares.
Belongs elsewhere: nights (home.py), choosing (chooser/), judging (judge.py), many runs (campaign.py).
"""

import json
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from tidewaiter.policy import load_policy
from tidewaiter.prove.targeting.chooser.ours import find_changes
from tidewaiter.prove.targeting.chooser.random_draw import RandomDraw
from tidewaiter.prove.targeting.choosing import Chooser, Desk
from tidewaiter.prove.targeting.finding_book import FindingBook
from tidewaiter.prove.targeting.home import Home, link_lake, open_home, share_capacity, write_policy
from tidewaiter.prove.targeting.judge import Judge, Verdict
from tidewaiter.prove.targeting.plan import Plan
from tidewaiter.prove.targeting.world import Day, MakeWorld, World

Tell = Callable[[int], None]
EXAMS, SCHEMES, LISTS = "exam.parquet", "scheme.json", "lists.json"


@dataclass(frozen=True)
class Stand:
    """Where one run works, and in which world.

    Attributes:
        landing: the dated lists.
    """

    plan: Plan
    seed: int
    make_world: MakeWorld
    landing: Path
    folder: Path

    @property
    def warm_up(self) -> Path:
        return self.folder / "warm_up"

    def open_world(self) -> World:
        """Return the world of the seed before its first day."""
        return self.make_world(self.seed, self.plan.scale, self.plan.start)


@dataclass
class Clock:
    """Processor seconds of this process by what they were spent on, added up."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def measure(self, name: str) -> Iterator[None]:
        began = time.process_time()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.process_time() - began


def warm_up(stand: Stand, tables: Sequence[str], tell: Tell) -> None:
    """Leave the warm-up's lake, its exams and the schemes that were there: every exam is drawn at random.

    The folder appears whole or not at all.

    Args:
        tables: what the policies that follow need of each night.
    """
    partial = stand.folder / "warm_up.partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    world, days = stand.open_world(), stand.plan.warm_up_days
    first = world.open_day(days[0])
    ports = _count_ports(stand, partial, first)
    write_policy(partial / "policy", share_capacity(ports, stand.plan.capacity_share), is_random=True)
    with open_home(partial, stand.landing, tables) as home:
        exams, schemes = _run_warm_up(home, world, first, stand.plan, tell)
        lists = {"made_on": home.lists_made_on, "until": home.lists_hold_until, "silent": home.silent}
    exams.write_parquet(partial / EXAMS)
    (partial / SCHEMES).write_text(json.dumps(sorted(schemes)), encoding="utf-8")
    (partial / LISTS).write_text(json.dumps(lists, default=str), encoding="utf-8")
    partial.rename(stand.warm_up)


def _count_ports(stand: Stand, folder: Path, first: Day) -> pl.Series:
    """Return the port of each shipment of the first day, from a night of its own."""
    aside = folder / "first_day"
    write_policy(aside / "policy", {}, is_random=True)
    with open_home(aside, stand.landing, ["core.shipment"]) as home:
        home.enter(first)
        home.run(first.on)
        ports = pl.read_parquet(home.runner.lake.existing("core.shipment", first.on), columns=["port_code"])
    shutil.rmtree(aside)
    return ports["port_code"]


def _run_warm_up(home: Home, world: World, first: Day, plan: Plan, tell: Tell) -> tuple[pl.DataFrame, set[str]]:
    book, schemes = FindingBook(home.runner.policy.findings), set[str]()
    for number, on in enumerate(plan.warm_up_days, start=1):
        day = first if on == first.on else world.open_day(on)
        home.enter(day)
        home.run(on)
        choice = RandomDraw().choose(_open_desk(home, book, 0), on)
        world.examine(on, book.order(on, choice))
        schemes.update(day.truth.filter("is_violation")["scheme"].unique().to_list())
        tell(number)
    return book.exams, schemes


def run_policy(stand: Stand, chooser: Chooser, tell: Tell) -> Verdict:
    """Return what the judge says of the policy after the last day; its lake is gone."""
    folder, clock = stand.folder / f"run-{chooser.name}", Clock()
    shutil.rmtree(folder, ignore_errors=True)
    link_lake(stand.warm_up / "lake", folder / "lake")
    capacities = _read_capacities(stand.warm_up)
    write_policy(folder / "policy", capacities, is_random=False, changes=find_changes(chooser.name))
    with open_home(folder, stand.landing, chooser.tables) as home:
        _restore_lists(home, stand.warm_up)
        book = FindingBook(home.runner.policy.findings)
        with clock.measure("world"):
            world = _replay(stand, book)
        known = frozenset(json.loads((stand.warm_up / SCHEMES).read_text(encoding="utf-8")))
        judge = Judge(stand.plan, home.runner.policy.queues, known)
        _run_days(home, world, book, judge, _Turn(stand, chooser, clock, tell))
        costs = {**home.runner.seconds, **clock.seconds}
        verdict = judge.decide(book, costs)
    shutil.rmtree(folder)
    return verdict


@dataclass(frozen=True)
class _Turn:
    """Who chooses, and who is told of time and progress."""

    stand: Stand
    chooser: Chooser
    clock: Clock
    tell: Tell


def _run_days(home: Home, world: World, book: FindingBook, judge: Judge, turn: _Turn) -> None:
    days, clock = turn.stand.plan.days, turn.clock
    for number, on in enumerate(days, start=1):
        with clock.measure("world"):
            day = world.open_day(on)
        home.enter(day)
        desk = _open_desk(home, book, turn.stand.seed)
        if (number - 1) % 7 == 0:
            with clock.measure("learn"):
                turn.chooser.learn(desk, on)
        home.run(on)
        with clock.measure("choose"):
            choice = turn.chooser.choose(desk, on)
        with clock.measure("judge"):
            judge.note(on, choice, desk.read("core.shipment", on, ["shipment_id", "origin_country"]), day.truth)
        with clock.measure("world"):
            world.examine(on, book.order(on, choice))
        # What lands on a date is known to whoever decides on the next one.
        book.land(on, day.tables.get("raw.exam_finding"))
        turn.tell(number)


def _replay(stand: Stand, book: FindingBook) -> World:
    """Return the world after its warm-up, given the same exams again, and note what was found."""
    world = stand.open_world()
    exams = pl.read_parquet(stand.warm_up / EXAMS).partition_by("on", as_dict=True, include_key=True)
    for on in stand.plan.warm_up_days:
        day = world.open_day(on)
        book.land(on, day.tables.get("raw.exam_finding"))
        ordered = exams.get((on,))
        if ordered is not None:
            book.note(ordered)
            world.examine(on, ordered.drop("on"))
    return world


def _open_desk(home: Home, book: FindingBook, seed: int) -> Desk:
    runner = home.runner
    return Desk(runner.lake, runner.policy, runner.settings.models, seed, book.findings)


def _read_capacities(warm_up: Path) -> dict[str, int]:
    queues = load_policy(warm_up / "policy").queues
    return {port: each.capacity for port, each in queues.ports.items()}


def _restore_lists(home: Home, warm_up: Path) -> None:
    """Go on with the lists and the empty feeds of the warm-up's last night."""
    said = json.loads((warm_up / LISTS).read_text(encoding="utf-8"))
    home.lists_made_on = date.fromisoformat(said["made_on"])
    home.lists_hold_until = date.fromisoformat(said["until"]) if said["until"] else None
    home.silent = {noun: date.fromisoformat(day) for noun, day in said["silent"].items()}
