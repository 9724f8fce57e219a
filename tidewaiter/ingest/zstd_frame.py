"""Whether a Zstandard file is there to its end: the decompressor gives what it has and says nothing of what is missing.

Belongs here: walking over the headers of frames and blocks (RFC 8878, section 3.1) without unpacking them.
Belongs elsewhere: unpacking (landed.py).
"""

import os
from typing import BinaryIO

import zstandard

MAGIC = 0xFD2FB528
SKIPPABLE = range(0x184D2A50, 0x184D2A60)
LONGEST_HEADER = 18
CHECKSUM_BYTES = 4
# The kind of block whose content is one byte, however often that byte is repeated.
REPEATED_BYTE = 1


def check_complete(packed: BinaryIO) -> None:
    """Leave the file at its start; EOFError when a frame is cut short, ZstdError when something else follows one."""
    size = packed.seek(0, os.SEEK_END)
    place = 0
    while place < size:
        place = _skip_frame(packed, place)
    if place > size:
        raise EOFError("the last frame has no end")
    packed.seek(0)


def _skip_frame(packed: BinaryIO, place: int) -> int:
    magic = _read_number(packed, place, 4)
    if magic in SKIPPABLE:
        return place + 8 + _read_number(packed, place + 4, 4)
    if magic != MAGIC:
        raise zstandard.ZstdError(f"no frame begins at byte {place:,}")
    packed.seek(place)
    head = packed.read(LONGEST_HEADER)
    has_checksum = zstandard.get_frame_parameters(head).has_checksum
    end = _skip_blocks(packed, place + zstandard.frame_header_size(head))
    return end + (CHECKSUM_BYTES if has_checksum else 0)


def _skip_blocks(packed: BinaryIO, place: int) -> int:
    is_last = False
    while not is_last:
        header = _read_number(packed, place, 3)
        is_last, kind, size = bool(header & 1), header >> 1 & 3, header >> 3
        place += 3 + (1 if kind == REPEATED_BYTE else size)
    return place


def _read_number(packed: BinaryIO, place: int, width: int) -> int:
    packed.seek(place)
    data = packed.read(width)
    if len(data) < width:
        raise EOFError("a frame is cut short")
    return int.from_bytes(data, "little")
