"""Spoils thousands of files of every feed and takes them through the way in: none may crash it or lose a row.

Belongs here: which files are made, in which order they are judged, the sums a feed.
Belongs elsewhere: spoiling (mutation.py), judging (judge.py), very large files (giant.py), printing (command/prove.py).
"""

import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from pathlib import Path
from queue import SimpleQueue
from random import Random

from tidewaiter.ingest.feed import Feed
from tidewaiter.ingest.registry import FEEDS
from tidewaiter.prove.cell_mutation import spoil_cells
from tidewaiter.prove.corpus import GoodFile, gather_corpus
from tidewaiter.prove.judge import Job, Verdict
from tidewaiter.prove.mutation import spoil, spoil_name
from tidewaiter.prove.worker import Worker, WorkerDied

FILES_A_BATCH = 12
SECONDS_A_BATCH = 300.0
SHARE_SPOILT_BY_CELL = 0.4
WORKERS = 2
ON = date(2026, 11, 20)


@dataclass(frozen=True)
class Batch:
    """Some spoilt files of one feed, told by their place in the sequence of its batches."""

    feed: Feed
    number: int
    files: int

    @property
    def max_held_share(self) -> float:
        """Every other batch refuses no file for its held rows, so that all of them are counted."""
        return (1.0, 0.2)[self.number % 2]


@dataclass
class FeedTally:
    """What became of a feed's files."""

    feed: str
    files_n: int = 0
    accepted_n: int = 0
    refused_n: int = 0
    repeated_n: int = 0
    rows_n: int = 0
    kept_n: int = 0
    held_n: int = 0
    defects: list[str] = field(default_factory=list)

    def add(self, verdict: Verdict) -> None:
        """Count one verdict in."""
        self.files_n += 1
        self.accepted_n += verdict.status == "accepted"
        self.refused_n += verdict.status == "refused"
        self.repeated_n += verdict.status in ("repeated", "superseded")
        if verdict.status == "accepted":
            self.rows_n += verdict.rows_n
            self.kept_n += verdict.kept_n
            self.held_n += verdict.held_n


@dataclass(frozen=True)
class Trial:
    """What to try, where, and where files that defeat the way in are put."""

    files: int
    seed: int
    sample: Path
    folder: Path
    defects: Path


Watch = Callable[[int], None]


def try_files(trial: Trial, watch: Watch) -> tuple[list[FeedTally], int]:
    """Return a tally a feed, and the most memory that a judging process took, in MiB.

    Args:
        watch: told of each batch that is done, with its files.
    """
    corpus = gather_corpus(trial.sample, FEEDS)
    tallies = {feed.noun: FeedTally(feed.noun) for feed in FEEDS}
    workers = [Worker(trial.folder / f"worker-{each}", SECONDS_A_BATCH) for each in range(WORKERS)]
    free: SimpleQueue[Worker] = SimpleQueue()
    for worker in workers:
        free.put(worker)

    def judge(batch: Batch) -> tuple[Batch, list[tuple[str, Verdict]]]:
        worker = free.get()
        try:
            return batch, list(_judge_batch(trial, worker, batch, corpus[batch.feed.noun]))
        finally:
            free.put(worker)

    with ThreadPoolExecutor(WORKERS) as pool:
        for batch, judged in pool.map(judge, plan_batches(FEEDS, trial.files)):
            _add(tallies[batch.feed.noun], judged)
            watch(batch.files)
    for worker in workers:
        worker.close()
    return list(tallies.values()), max(worker.peak_mib for worker in workers)


def plan_batches(feeds: Sequence[Feed], files: int) -> Iterator[Batch]:
    """Yield batches of the feeds in turn until that many files are planned."""
    planned = 0
    for turn in count():
        for feed in feeds:
            size = min(FILES_A_BATCH, files - planned)
            if not size:
                return
            yield Batch(feed, turn, size)
            planned += size


def write_batch(trial: Trial, batch: Batch, good: Sequence[GoodFile]) -> tuple[Path, dict[str, str]]:
    """Write the batch's files and return their landing folder and how each was spoilt, by name below it."""
    random = Random(f"{trial.seed}/{batch.feed.noun}/{batch.number}")  # noqa: S311 - a trial has to repeat itself
    landing = trial.folder / f"batch-{batch.feed.noun}-{batch.number}"
    folder = landing / batch.feed.folder / ON.isoformat()
    folder.mkdir(parents=True)
    told: dict[str, str] = {}
    for turn in range(batch.files):
        each = random.choice(good)
        cells = spoil_cells(random, each.name, each.content) if random.random() < SHARE_SPOILT_BY_CELL else None
        way, content = cells or spoil(random, each.content)
        # Each in a folder of its own: the reader of a feed may go by the file's name.
        path = folder / f"{turn:04d}" / spoil_name(random, each.name).replace("/", "_")[:200].lstrip(".")
        path.parent.mkdir()
        path.write_bytes(content)
        told[path.relative_to(landing).as_posix()] = way
    return landing, told


def _judge_batch(trial: Trial, worker: Worker, batch: Batch, good: Sequence[GoodFile]) -> Iterator[tuple[str, Verdict]]:
    landing, told = write_batch(trial, batch, good)
    try:
        verdicts = _ask(worker, landing, batch)
    except WorkerDied:
        verdicts = tuple(_judge_alone(worker, landing, batch, name) for name in told)
    missing = sorted(set(told) - {verdict.file for verdict in verdicts})
    verdicts += tuple(Verdict(name, "lost", 0, 0, 0, problem="the ledger does not name it") for name in missing)
    for verdict in verdicts:
        if verdict.problem:
            _keep_defect(trial, landing / verdict.file, batch)
        yield told.get(verdict.file, "?"), verdict
    shutil.rmtree(landing)


def _ask(worker: Worker, landing: Path, batch: Batch) -> tuple[Verdict, ...]:
    return worker.judge(Job(str(landing), batch.feed.noun, ON.isoformat(), batch.max_held_share))


def _judge_alone(worker: Worker, landing: Path, batch: Batch, name: str) -> Verdict:
    """Judge one file of a batch that a process died of, in a landing of its own."""
    alone = landing / "alone"
    target = alone / name
    target.parent.mkdir(parents=True)
    target.write_bytes((landing / name).read_bytes())
    try:
        verdicts = _ask(worker, alone, batch)
        return verdicts[0] if verdicts else Verdict(name, "lost", 0, 0, 0, problem="the ledger does not name it")
    except WorkerDied as died:
        return Verdict(name, "crashed", 0, 0, 0, problem=str(died))
    finally:
        shutil.rmtree(alone)


def _keep_defect(trial: Trial, path: Path, batch: Batch) -> None:
    content = path.read_bytes()
    trial.defects.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(content).hexdigest()[:12]
    (trial.defects / f"{batch.feed.noun}-{digest}-{path.name[-80:]}").write_bytes(content)


def _add(tally: FeedTally, judged: Sequence[tuple[str, Verdict]]) -> None:
    for way, verdict in judged:
        tally.add(verdict)
        if verdict.problem:
            tally.defects.append(f"{verdict.file} ({way}): {verdict.problem}")
