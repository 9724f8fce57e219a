"""Every policy in the world of every seed: side by side in processes, and never again what is finished.

A finished run is a folder with its tables and the print of plan and program that made it; a run that was killed
starts again, from the warm-up that the policies of its seed share.

Belongs here: what is still to run, processes, progress, results kept as they come.
Belongs elsewhere: one run (loop.py), what is made of all of them (summary.py).
"""

import gc
import multiprocessing
import os
import shutil
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing.connection import wait as wait_for_end
from multiprocessing.process import BaseProcess
from pathlib import Path

import polars as pl

from tidewaiter.prove.targeting.chooser.registry import make_chooser
from tidewaiter.prove.targeting.judge import TABLES, Verdict
from tidewaiter.prove.targeting.loop import Stand, run_policy, warm_up
from tidewaiter.prove.targeting.plan import Plan, print_plan
from tidewaiter.prove.targeting.world import MakeWorld

WARM_UP = "warm_up"
DONE = "plan.txt"
LOOK_SECONDS = 2.0
ONE_THREAD = ("POLARS_MAX_THREADS", "OMP_NUM_THREADS")


@dataclass(frozen=True)
class Campaign:
    """Which seeds and policies, where to work, where results go.

    Attributes:
        landing: the dated lists, a folder `seed-<n>` for each world.
        make_world: a function of a module, so that other processes find it.
    """

    plan: Plan
    seeds: tuple[int, ...]
    policies: tuple[str, ...]
    make_world: MakeWorld
    landing: Path
    work: Path
    out: Path
    processes: int = 2

    def stand(self, seed: int) -> Stand:
        """Return where the runs of a seed work."""
        landing = self.landing / f"seed-{seed}"
        return Stand(self.plan, seed, self.make_world, landing, self.work / f"seed-{seed}")

    def result(self, seed: int, policy: str) -> Path:
        """Return the folder of a run's results."""
        return self.out / "runs" / f"seed={seed}" / f"policy={policy}"


@dataclass(frozen=True)
class Progress:
    """How far a campaign is: runs finished and in all, nights of those under way, seconds so far and left."""

    finished_n: int
    runs_n: int
    nights_n: int
    all_nights_n: int
    seconds: float

    @property
    def left_seconds(self) -> float | None:
        """How long the rest takes at the pace so far; None before the first night."""
        return self.seconds * (self.all_nights_n - self.nights_n) / self.nights_n if self.nights_n else None


Watch = Callable[[Progress], None]


def is_finished(folder: Path, fingerprint: str) -> bool:
    """Return whether a run's results are there, of this plan and program."""
    said = folder / DONE
    return said.is_file() and said.read_text(encoding="utf-8") == fingerprint


def run_campaign(campaign: Campaign, watch: Watch) -> None:
    """Leave the results of every run that lacks them; each appears whole as soon as it is finished."""
    fingerprint = print_plan(campaign.plan)
    missing = _list_missing(campaign, fingerprint)
    _clear_finished(campaign, {seed for seed, _ in missing})
    if not missing:
        return
    campaign.work.mkdir(parents=True, exist_ok=True)
    _Pool(campaign, fingerprint, missing, watch).run()


def _list_missing(campaign: Campaign, fingerprint: str) -> list[tuple[int, str]]:
    return [
        (seed, policy)
        for seed in campaign.seeds
        for policy in campaign.policies
        if not is_finished(campaign.result(seed, policy), fingerprint)
    ]


def _clear_finished(campaign: Campaign, seeds_left: set[int]) -> None:
    """Delete where finished seeds worked: a campaign killed after the last result of a seed has not come to it."""
    for seed in set(campaign.seeds) - seeds_left:
        shutil.rmtree(campaign.stand(seed).folder, ignore_errors=True)


class _Pool:
    """Runs under way: the warm-up of a seed first, then its policies, then the next seed."""

    def __init__(self, campaign: Campaign, fingerprint: str, missing: Sequence[tuple[int, str]], watch: Watch) -> None:
        self.campaign, self.fingerprint, self.watch = campaign, fingerprint, watch
        self.missing = list(missing)
        self.seeds = list(dict.fromkeys(seed for seed, _ in missing))
        self.finished: set[tuple[int, str]] = set()
        self.waiting: dict[Future[None], tuple[int, str]] = {}
        self.tables = sorted({table for policy in campaign.policies for table in make_chooser(policy).tables})
        self.made_for = " ".join((fingerprint, *self.tables))
        # A warm-up of this plan and program that an earlier campaign has left is used, and is no work of this one.
        warm = [seed for seed in self.seeds if is_finished(campaign.stand(seed).warm_up, self.made_for)]
        cold = [seed for seed in self.seeds if seed not in warm]
        begun = [(seed, policy) for seed in warm for policy in self._list_policies(seed)]
        self.ready = [*begun, *((seed, WARM_UP) for seed in cold)]
        self.all_nights = sum(self._count_days(step) for step in [WARM_UP] * len(cold) + [each for _, each in missing])
        self.began = time.monotonic()

    def run(self) -> None:
        """Return when everything is finished; the first failure, or an interrupt, ends the rest at once."""
        context = multiprocessing.get_context("spawn")
        others = multiprocessing.active_children()
        with (
            one_thread_each(),
            ProcessPoolExecutor(self.campaign.processes, context, initializer=end_with_parent) as pool,
            ExitStack() as unfinished,
        ):
            # The pool would wait for runs under way, which go on for minutes and write where others may delete.
            unfinished.callback(_end_others, others)
            while self.ready or self.waiting:
                self._submit(pool)
                self._take()
            unfinished.pop_all()

    def _submit(self, pool: ProcessPoolExecutor) -> None:
        """Give every process something to do: seeds that have begun come first, so that each is soon finished."""
        while self.ready and len(self.waiting) < self.campaign.processes:
            seed, step = self.ready.pop(0)
            stand = self.campaign.stand(seed)
            # What an earlier campaign told of this step before it was killed is no longer so.
            _locate_nights(stand, step).unlink(missing_ok=True)
            if step == WARM_UP:
                future = pool.submit(_warm_up, stand, self.tables, self.made_for)
            else:
                future = pool.submit(_run, stand, step, self.campaign.result(seed, step), self.fingerprint)
            self.waiting[future] = (seed, step)

    def _take(self) -> None:
        done, _ = wait(self.waiting, timeout=LOOK_SECONDS, return_when=FIRST_COMPLETED)
        for future in done:
            seed, step = self.waiting.pop(future)
            future.result()
            self.finished.add((seed, step))
            if step == WARM_UP:
                begun = [each for each in self.ready if each[1] != WARM_UP]
                rest = [each for each in self.ready if each[1] == WARM_UP]
                self.ready = [*begun, *((seed, policy) for policy in self._list_policies(seed)), *rest]
            elif all((seed, policy) in self.finished for policy in self._list_policies(seed)):
                shutil.rmtree(self.campaign.stand(seed).folder)
        self._report()

    def _list_policies(self, seed: int) -> list[str]:
        """Return the policies of a seed that are missing, the last first: they take longest."""
        return [policy for each, policy in reversed(self.missing) if each == seed]

    def _count_days(self, step: str) -> int:
        plan = self.campaign.plan
        return len(plan.warm_up_days if step == WARM_UP else plan.days)

    def _report(self) -> None:
        whole = sum(self._count_days(step) for _, step in self.finished)
        begun = sum(_read_nights(self.campaign.stand(seed), step) for seed, step in self.waiting.values())
        runs_n = sum(step != WARM_UP for _, step in self.finished)
        self.watch(Progress(runs_n, len(self.missing), whole + begun, self.all_nights, time.monotonic() - self.began))


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Let every process begun meanwhile work on one processor: libraries read the environment when they are loaded."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _locate_nights(stand: Stand, step: str) -> Path:
    """Return where a run under way says how many nights it has behind it."""
    return stand.folder / f"{step}.nights"


def _read_nights(stand: Stand, step: str) -> int:
    path = _locate_nights(stand, step)
    # A file that is being written anew is empty for a moment.
    return int(path.read_text(encoding="utf-8") or 0) if path.is_file() else 0


def _end_others(kept: Sequence[BaseProcess]) -> None:
    """End every process that this one has begun but those that are kept, and return when they are gone."""
    processes = [each for each in multiprocessing.active_children() if each not in kept]
    for each in processes:
        each.kill()
    for each in processes:
        each.join()


def end_with_parent() -> None:
    """End this process as soon as its parent has: a second campaign in the same folder may not meet it."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        wait_for_end([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, name="end-with-parent", daemon=True).start()


def _tell(stand: Stand, step: str) -> Callable[[int], None]:
    path = _locate_nights(stand, step)

    def tell(nights_n: int) -> None:
        path.write_text(str(nights_n), encoding="utf-8")

    return tell


def _warm_up(stand: Stand, tables: Sequence[str], made_for: str) -> None:
    """Make the warm-up of a seed in a folder of its own."""
    # What the program itself is made of does not become garbage: the collector need not look at it night after night.
    gc.freeze()
    shutil.rmtree(stand.folder, ignore_errors=True)
    stand.folder.mkdir(parents=True)
    warm_up(stand, tables, _tell(stand, WARM_UP))
    (stand.warm_up / DONE).write_text(made_for, encoding="utf-8")


def _run(stand: Stand, policy: str, result: Path, fingerprint: str) -> None:
    gc.freeze()
    verdict = run_policy(stand, make_chooser(policy), _tell(stand, policy))
    keep_verdict(result, verdict, fingerprint)


def keep_verdict(folder: Path, verdict: Verdict, fingerprint: str) -> None:
    """Leave the tables of a run in its folder, in one step."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = folder.with_name(f".{folder.name}-{uuid.uuid4().hex[:8]}")
    partial.mkdir()
    for name in TABLES:
        verdict.tables[name].write_parquet(partial / f"{name}.parquet")
    (partial / DONE).write_text(fingerprint, encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)


def read_results(campaign: Campaign, table: str) -> pl.DataFrame:
    """Return a table of every run of the campaign, with seed and policy, in the order of both."""
    parts = [
        pl.read_parquet(campaign.result(seed, policy) / f"{table}.parquet", hive_partitioning=False).select(
            pl.lit(seed, pl.Int64).alias("seed"), pl.lit(policy).alias("policy"), pl.all()
        )
        for policy in campaign.policies
        for seed in campaign.seeds
    ]
    return pl.concat(parts)
