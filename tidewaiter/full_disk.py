"""A disk that is full: known by what the engines say when they cannot write, and told with what to do about it.

Belongs here: the words of each engine, the one error that they become.
Belongs elsewhere: publishing, by which nothing half written is ever read (lake.py); room for a night (doctor.py).
"""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tidewaiter.errors import FullDiskError

# The system itself, SQLite (run history), DuckDB when it spills. SQLite's disk I/O error has other causes too.
OF_FULL = re.compile(
    r"No space left on device|Disk quota exceeded|database or disk is full|failed to offload data block", re.IGNORECASE
)
OF_SQLITE = "disk I/O error"
LEAST_FREE_BYTES = 16_000_000
FIX = "free some space there, or name another --home, and give the same command again: nothing half written is read"


def say_full(error: str, folder: Path) -> str | None:
    """Return in words that the disk of a folder is full, where an error says so; else None."""
    free = shutil.disk_usage(folder).free
    if not OF_FULL.search(error) and not (OF_SQLITE in error and free < LEAST_FREE_BYTES):
        return None
    return f"the disk of {folder} is full ({free / 1e6:,.0f} MB are free)"


@contextmanager
def tell_full_disk(folder: Path) -> Iterator[None]:
    """Turn whatever an engine raises over a full disk into one error.

    Raises:
        FullDiskError: instead of it.
    """
    try:
        yield
    except Exception as problem:
        full = say_full(_read_chain(problem), folder)
        if full is None:
            raise
        raise FullDiskError(f"{full}.", fix=FIX) from problem


def _read_chain(problem: BaseException) -> str:
    """Return what an error and its causes say, a line each."""
    before = problem.__cause__ or problem.__context__
    return str(problem) if before is None else f"{problem}\n{_read_chain(before)}"
