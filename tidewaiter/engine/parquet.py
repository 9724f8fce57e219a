"""Puts the row groups of Parquet files one after the other in one file, without decoding them.

DuckDB cannot add row groups to a file it has written. With this, parts of a table are written side by side and in
little memory, and are still published as one file in one step.

Belongs here: moving row groups, and the offsets in the footer that say where they are.
Belongs elsewhere: writing the parts (duckdb.py, ingest), the footer's encoding (thrift.py).
"""

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from tidewaiter.engine.thrift import STRUCT, Fields, ListValue, Reader, encode

MAGIC = b"PAR1"
TAIL_BYTES = 8
BLOCK = 1 << 20
# Field numbers of https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift.
SCHEMA, ROWS_N, ROW_GROUPS = 2, 3, 4
GROUP_COLUMNS, GROUP_OFFSET, GROUP_ORDINAL = 1, 5, 7
CHUNK_OFFSET, CHUNK_META, CHUNK_INDEX_OFFSETS = 2, 3, (4, 6)
META_OFFSETS = (9, 10, 11, 14)


def join_parquet(parts: Sequence[Path], target: Path) -> int:
    """Make `target` of the row groups of the parts, in their order, and return its rows; the parts are gone.

    Args:
        parts: at least one; files of the same writer with the same columns.

    Raises:
        ValueError: a part is no Parquet file, or has other columns than the first.
    """
    footers = [_read_footer(part) for part in parts]
    first = footers[0][0]
    if any(footer.get(SCHEMA) != first.get(SCHEMA) for footer, _ in footers):
        raise ValueError(f"the parts of {target.name} have different columns")
    rows = sum(footer.integer(ROWS_N) for footer, _ in footers)
    if len(parts) > 1:
        _append_bodies(parts, footers)
        _write_footer(parts[0], first, footers, rows)
    parts[0].replace(target)
    return rows


def _append_bodies(parts: Sequence[Path], footers: Sequence[tuple[Fields, int]]) -> None:
    """Leave in the first part the bytes of all row groups; each footer then says where its own are."""
    end = footers[0][1]
    with parts[0].open("r+b") as whole:
        whole.truncate(end)
        whole.seek(end)
        for part, (footer, body_end) in zip(parts[1:], footers[1:], strict=True):
            with part.open("rb") as handle:
                handle.seek(len(MAGIC))
                _copy_bytes(handle, whole, body_end - len(MAGIC))
            _move_offsets(footer, end - len(MAGIC))
            end += body_end - len(MAGIC)
            part.unlink()


def _copy_bytes(source: BinaryIO, target: BinaryIO, left: int) -> None:
    while left:
        block = source.read(min(BLOCK, left))
        if not block:
            raise ValueError("a part became shorter while it was read")
        target.write(block)
        left -= len(block)


def _move_offsets(footer: Fields, by: int) -> None:
    for group in footer.structures(ROW_GROUPS):
        _move(group, GROUP_OFFSET, by)
        for chunk in group.structures(GROUP_COLUMNS):
            _move(chunk, CHUNK_OFFSET, by)
            for number in CHUNK_INDEX_OFFSETS:
                _move(chunk, number, by)
            meta = chunk.get(CHUNK_META)
            if not isinstance(meta, Fields):
                raise ValueError("a column has no metadata in the footer")
            for number in META_OFFSETS:
                _move(meta, number, by)


def _move(fields: Fields, number: int, by: int) -> None:
    """Move an offset that is stated; 0 states that there is none."""
    if fields.get(number):
        fields.put(number, fields.integer(number) + by)


def _write_footer(target: Path, first: Fields, footers: Sequence[tuple[Fields, int]], rows: int) -> None:
    groups = [group for footer, _ in footers for group in footer.structures(ROW_GROUPS)]
    for ordinal, group in enumerate(groups):
        # A 16-bit number, so writers leave it out where there are more row groups than that.
        if group.get(GROUP_ORDINAL) is not None:
            group.put(GROUP_ORDINAL, ordinal)
    first.put(ROWS_N, rows)
    first.put(ROW_GROUPS, ListValue(STRUCT, list(groups)))
    written = encode(first)
    with target.open("ab") as handle:
        handle.write(written + struct.pack("<i", len(written)) + MAGIC)


def _read_footer(path: Path) -> tuple[Fields, int]:
    """Return a file's footer and where the bytes of its row groups end."""
    size = path.stat().st_size
    with path.open("rb") as handle:
        head = handle.read(len(MAGIC))
        handle.seek(max(size - TAIL_BYTES, 0))
        tail = handle.read()
        if head != MAGIC or tail[4:] != MAGIC:
            raise ValueError(f"{path.name} is no Parquet file")
        body_end = size - TAIL_BYTES - struct.unpack("<i", tail[:4])[0]
        handle.seek(body_end)
        return Reader(handle.read(size - TAIL_BYTES - body_end)).read_fields(), body_end
