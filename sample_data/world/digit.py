"""Texts whose rows are all as long: numbers with leading zeros, and parts one after the other, as bytes in columns.

Such a text is put together several times as fast as texts of any length are.

Belongs here: digits of numbers, joining parts of a fixed width.
Belongs elsewhere: which number has which parts (number.py), texts of other lengths (naming.py).
"""

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from sample_data.word import Ints

Bytes = npt.NDArray[np.bytes_]
_MOST = 4
# By width, the texts of all numbers that have no more digits.
_TEXTS = {width: np.array([f"{n:0{width}d}".encode() for n in range(10**width)]) for width in range(1, _MOST + 1)}


def list_digits(numbers: Ints, width: int) -> list[Bytes]:
    """The numbers with leading zeros up to `width`, in parts of at most four digits for `stack`.

    Raises:
        IndexError: a number has more digits, or is less than zero.
    """
    parts: list[Bytes] = []
    while width > _MOST:
        parts.append(_TEXTS[_MOST][numbers % 10**_MOST])
        numbers, width = numbers // 10**_MOST, width - _MOST
    if numbers.size and numbers.min() < 0:
        raise IndexError(f"{numbers.min()} is less than zero: only counts have digits alone")
    return [_TEXTS[width][numbers], *reversed(parts)]


def stack(*parts: Bytes | bytes) -> pl.Series:
    """The parts of each row, one after the other; what is no column is the same in every row.

    Args:
        parts: ASCII texts without zero bytes at their ends, each column of one width; at least one is a column.
    """
    widths = [len(part) if isinstance(part, bytes) else part.dtype.itemsize for part in parts]
    rows_n = next(len(part) for part in parts if not isinstance(part, bytes))
    rows = np.empty(rows_n, dtype=[(str(place), f"S{width}") for place, width in enumerate(widths)])
    for place, part in enumerate(parts):
        rows[str(place)] = part
    ends = np.arange(rows_n + 1, dtype=np.int64) * sum(widths)
    return pl.Series(pa.LargeStringArray.from_buffers(rows_n, pa.py_buffer(ends), pa.py_buffer(rows)))


def encode(texts: list[str]) -> Bytes:
    """Texts of one length as a column to take parts from.

    Raises:
        ValueError: they are not all as long.
    """
    if len({len(text) for text in texts}) != 1:
        raise ValueError(f"texts of several lengths cannot be a part of fixed width: {texts[:3]} ...")
    return np.array([text.encode("ascii") for text in texts])
