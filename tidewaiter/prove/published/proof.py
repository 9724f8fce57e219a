"""The release measured: every baseline on the published split, the look-up beside them, and rows of unseen keys apart.

Belongs here: the order of the work, seeds and their spread.
Belongs elsewhere: fitting (opponent.py), the key (lookup.py), formulas (ranking.py), printing (tidewaiter/command).
"""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from models.measure import Truth
from tidewaiter.prove.published.coding import number_codes, spread_categories
from tidewaiter.prove.published.lookup import Leak, find_seen, measure_leak, score_by_key
from tidewaiter.prove.published.opponent import OPPONENTS, Task
from tidewaiter.prove.published.ranking import Figures, measure
from tidewaiter.prove.published.release import LABEL, PARTS, TEST, TRAIN, VALID, Release
from tidewaiter.targeting.contribution import FloatArray

LOOKUP, CHANCE = "look-up of the key, no model", "at random"
# Each seed learns from this share of the training rows, so that a ranking without chance of its own has a spread too.
DRAWN_SHARE = 0.9
LEAK_WARNING = (
    "The release draws the label together with the key, so that a look-up of the key finds nearly all fraud without a "
    "model. What ranks well here knows the keys of the training part, not fraud: none of these figures says how well "
    "anything detects."
)
NO_REVENUE = "No column says what duty was lost or recovered, so revenue is not measured."
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Ranking:
    """What one ranking finds in the test part.

    Attributes:
        full: learned from all training rows.
        unseen: the same, of the test rows whose key is not in the training part.
        seeds: learned from nine in ten training rows, drawn by each seed.
    """

    name: str
    full: Figures
    unseen: Figures
    seeds: tuple[Figures, ...]


@dataclass(frozen=True)
class PublishedRun:
    """The benchmark, measured.

    Attributes:
        parts: part -> rows, share of fraud.
    """

    parts: dict[str, tuple[int, float]]
    leak: Leak
    rankings: tuple[Ranking, ...]


def prove_published(release: Release, seeds: int, tell: Tell) -> PublishedRun:
    """Return what every ranking finds."""
    parts = {name: release.part(name) for name in PARTS}
    task = _make_task(release)
    unseen = ~find_seen(parts[TRAIN], parts[TEST])
    rankings = []
    for name in (CHANCE, *(each for each, _ in OPPONENTS), LOOKUP):
        tell(name)
        rankings.append(_measure_ranking(name, release, task, unseen, seeds))
    shares = {name: (rows.height, float(rows[LABEL].mean())) for name, rows in parts.items()}  # type: ignore[arg-type]
    return PublishedRun(shares, measure_leak(release), tuple(rankings))


def _make_task(release: Release) -> Task:
    where = {name: np.flatnonzero((release.rows["part"] == name).to_numpy()) for name in PARTS}
    truth = release.rows[LABEL].to_numpy()
    return Task(
        number_codes(release), spread_categories(release), truth, where[TRAIN], where[VALID], where[TEST]
    )  # fmt: skip


def _measure_ranking(name: str, release: Release, task: Task, unseen: Truth, seeds: int) -> Ranking:
    truth = task.truth[task.test]
    score = _score(name, release, task, seed=0)
    drawn = [
        measure(_score(name, release, _draw(task, seed), seed), truth) for seed in range(1, seeds + 1)
    ]  # fmt: skip
    return Ranking(name, measure(score, truth), measure(score[unseen], truth[unseen]), tuple(drawn))


def _score(name: str, release: Release, task: Task, seed: int) -> FloatArray:
    if name == CHANCE:
        return np.zeros(task.test.size)
    if name == LOOKUP:
        return score_by_key(release.rows[task.train], release.rows[task.test])
    return dict(OPPONENTS)[name](task, seed)


def _draw(task: Task, seed: int) -> Task:
    """Return the task with nine in ten of its training rows, in their order."""
    drawn = np.random.default_rng(seed).choice(task.train, size=round(DRAWN_SHARE * task.train.size), replace=False)
    return Task(task.codes, task.spread, task.truth, np.sort(drawn), task.valid, task.test)


def spread(values: Sequence[float | None]) -> tuple[float, float] | None:
    """Return mean and standard deviation over seeds; None where fewer than two seeds have a figure."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return None
    return statistics.fmean(known), statistics.stdev(known)
