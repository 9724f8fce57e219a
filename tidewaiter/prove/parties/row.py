"""One row of the table that `tidewaiter prove parties` prints, and what rows are measured with.

Belongs here: the shape of a row, what is asked of every row, timing.
Belongs elsewhere: the rows themselves (one module each), their order (table.py), printing (tidewaiter/command).
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from tidewaiter.policy import Policy


@dataclass(frozen=True)
class Asked:
    """What rows are measured with.

    Attributes:
        lists: folder of the lists in their official layouts, None to use invented names alone.
        febrl: the file of FEBRL's third data set, None to make one in its layout.
        world: spellings of the simulated world's firms with `party`, the true one.
        goods: made goods texts with `heading`, the true one, `group`, and `wording`, the place of the phrase behind it.
        scale: share of the sizes asked for that is measured, 1 for all.
    """

    policy: Policy
    world: Callable[[int], pl.DataFrame]
    goods: Callable[[], pl.DataFrame]
    lists: Path | None = None
    febrl: Path | None = None
    scale: float = 1.0

    def size(self, full: int) -> int:
        """Return how many of `full` are measured."""
        return max(int(full * self.scale), 100)


@dataclass(frozen=True)
class Row:
    """What was measured, beside what is asked.

    Attributes:
        is_met: None where what was measured is not what the figure is asked of.
    """

    name: str
    asked: str
    found: str
    is_met: bool | None
    cpu_s: float
    remark: str = ""
    figures: dict[str, float] = field(default_factory=dict)


@dataclass
class Spent:
    """Processor seconds of a block, of all threads."""

    cpu_s: float = 0.0


@contextmanager
def count_cpu() -> Iterator[Spent]:
    """Yield what the block spends; known when it ends."""
    spent, began = Spent(), time.process_time()
    yield spent
    spent.cpu_s = time.process_time() - began
