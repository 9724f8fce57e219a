"""The physical line at which each row of a delimited file starts.

Belongs here: counting lines, telling those that start a row from those that a quoted field runs over or that end oddly.
Belongs elsewhere: reading the rows (csv_stretch.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

BLOCK = 1 << 20
# Of longer texts only records are counted: they could not be parted, so their quotes do not say where rows end.
LONGEST_TEXT = 1 << 28
LONGEST_LINE = 1 << 25
BLANK = (b"", b"\r")
Lines: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Reject:
    """A line that is no row: the byte at which it starts, from 1, which record of the text it is, and its text."""

    position: int
    record: int
    text: str


@dataclass(frozen=True)
class Places:
    """The line of each good row and of each reject, both in their order."""

    good: Lines
    rejected: Lines


def place_rows(path: Path, first_line: int, skipped: int, good_n: int, rejects: Sequence[Reject]) -> Places:
    """Return where the rows of a text start whose first line is `first_line` of its file.

    Where quotes do not tell the starts of rows, as when a field that is not quoted has one, rows are counted instead.

    Args:
        skipped: lines at its start that are no rows.
    """
    lines = count_lines(path, path.stat().st_size)
    if not rejects and lines == skipped + good_n:
        return Places(np.arange(skipped, lines) + first_line, np.array([], np.int64))
    if path.stat().st_size <= LONGEST_TEXT:
        text = path.read_bytes()
        starts = _find_starts(text, skipped)
        rejected = np.array([text.count(b"\n", 0, each.position) for each in rejects], np.int64)
        at = np.searchsorted(starts, rejected)
        if len(starts) == good_n + len(rejects) and np.array_equal(starts[at], rejected):
            return Places(np.delete(starts, at) + first_line, rejected + first_line)
    records = np.array([each.record for each in rejects], np.int64) - 1
    every = np.arange(skipped, skipped + good_n + len(rejects))
    return Places(np.setdiff1d(every, records)[:good_n] + first_line, records + first_line)


def _find_starts(text: bytes, skipped: int) -> Lines:
    """Return the lines, from 0, that no quote is open at and that are not blank."""
    lines = text.split(b"\n")
    has_odd = np.fromiter((line.count(b'"') & 1 for line in lines), np.int64, len(lines))
    is_open = (np.cumsum(has_odd) - has_odd) & 1
    is_filled = np.fromiter((line not in BLANK for line in lines), bool, len(lines))
    starts = np.flatnonzero(is_filled & (is_open == 0))
    return starts[starts >= skipped]


def count_lines(path: Path, end: int) -> int:
    """Return how many lines of a text end before a byte, or at it."""
    found = 0
    with path.open("rb") as handle:
        while end and (block := handle.read(min(BLOCK, end))):
            found, end = found + block.count(b"\n"), end - len(block)
    return found


def find_mixed_end(path: Path) -> int | None:
    """Return the first line, from 0, that ends in another way (CRLF or LF) than the first; none where all are alike."""
    number, first = 0, None
    with path.open("rb") as handle:
        while text := handle.readline(LONGEST_LINE):
            if text.endswith(b"\n"):
                first = text.endswith(b"\r\n") if first is None else first
                if text.endswith(b"\r\n") != first:
                    return number
                number += 1
    return None
