"""Makes the files of one national night as they would land: e-commerce entries and ocean bills, from a seed.

Belongs here: files, their sizes and folders; the same seed gives the same bytes, and a longer night starts like a
shorter one.
Belongs elsewhere: what is in a row (made_entry.py, made_bill.py).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import BinaryIO, Literal

import numpy as np

from tidewaiter.prove.made_bill import TABLES, make_bills
from tidewaiter.prove.made_entry import make_entries

NIGHT = date(2026, 11, 20)
CHUNK_ROWS = 200_000
CHUNK_BILLS = 60_000
# Faults come from the systems of single filers, so they are in single files.
Habit = Literal["none", "wraps_lines", "cuts_lines"]
HABITS: tuple[Habit, ...] = ("none", "wraps_lines", "none", "cuts_lines", "none", "none", "none", "none")
BAD_LINE = b"ZZZ,a line that is cut short\n"
# Measured on the made files, header lines aside.
ENTRY_BYTES, BILL_BYTES = 450, 1_250


@dataclass(frozen=True)
class NightSize:
    """How much lands: entry lines, in how many files, and bills."""

    rows: int
    bills: int
    files: int = 8
    seed: int = 11

    @property
    def bytes_n(self) -> int:
        """About how many bytes the files take."""
        return self.rows * ENTRY_BYTES + self.bills * BILL_BYTES


def write_night(landing: Path, size: NightSize, tell: Callable[[str], None] = lambda _: None) -> None:
    """Write the files of the night `NIGHT` into the landing folder."""
    _write_entries(landing / "low_value_entry" / NIGHT.isoformat(), size, tell)
    _write_bills(landing / "ocean_ams" / NIGHT.isoformat(), size, tell)


def _write_entries(folder: Path, size: NightSize, tell: Callable[[str], None]) -> None:
    folder.mkdir(parents=True)
    share = -(-size.rows // size.files)
    for number, first in enumerate(range(0, size.rows, share)):
        last = min(first + share, size.rows)
        with (folder / f"entries_{number:02d}.csv").open("wb") as handle:
            for at in range(first, last, CHUNK_ROWS):
                _append_entries(
                    handle,
                    size.seed,
                    at,
                    min(CHUNK_ROWS, last - at),
                    HABITS[number % len(HABITS)],
                    has_header=at == first,
                )
        tell(f"made {last:,} of {size.rows:,} entry lines")


def _append_entries(handle: BinaryIO, seed: int, first: int, n: int, habit: Habit, *, has_header: bool) -> None:
    rng = np.random.default_rng([seed, 1, first])
    rows = n - 1 if habit == "cuts_lines" else n
    frame = make_entries(rng, first, rows, NIGHT, wraps_lines=habit == "wraps_lines")
    frame.write_csv(handle, include_header=has_header)
    handle.write(BAD_LINE if habit == "cuts_lines" else b"")


def _write_bills(folder: Path, size: NightSize, tell: Callable[[str], None]) -> None:
    folder.mkdir(parents=True)
    stamp = f"{NIGHT - timedelta(days=1):%Y%m%d}1500"
    for first in range(0, size.bills, CHUNK_BILLS):
        n = min(CHUNK_BILLS, size.bills - first)
        frames = make_bills(np.random.default_rng([size.seed, 2, first]), first, n, NIGHT)
        for table in TABLES:
            with (folder / f"ams__{table}_{NIGHT.year}__{stamp}.csv").open("ab") as handle:
                frames[table].write_csv(handle, include_header=first == 0)
        tell(f"made {first + n:,} of {size.bills:,} ocean bills")
