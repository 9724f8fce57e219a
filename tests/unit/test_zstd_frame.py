"""Zstandard files that are whole, cut short, or followed by something else."""

import io
import random

import pytest
import zstandard

from tidewaiter.ingest.zstd_frame import check_complete

TEXTS = {
    "noise": random.Random(1).randbytes(300_000),
    "repeats": b"a" * 1_000_000,
    "short": b"a,b\n1,2\n",
    "nothing": b"",
}
SKIPPABLE = (0x184D2A53).to_bytes(4, "little") + (5).to_bytes(4, "little") + b"hello"


def compress_unsized(data: bytes) -> bytes:
    """Return a frame that does not say how long its content is."""
    packer = zstandard.ZstdCompressor(write_checksum=False).compressobj()
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("checksum", [True, False])
def test_a_whole_file_passes_and_is_left_at_its_start(name: str, checksum: bool) -> None:
    one = zstandard.ZstdCompressor(write_checksum=checksum).compress(TEXTS[name])
    for data in (one, one + one, SKIPPABLE + one, one + SKIPPABLE, compress_unsized(TEXTS[name]), b""):
        handle = io.BytesIO(data)
        check_complete(handle)
        assert handle.tell() == 0


@pytest.mark.parametrize("name", TEXTS)
def test_a_file_that_ends_anywhere_else_is_cut_short(name: str) -> None:
    for data in (zstandard.compress(TEXTS[name]), compress_unsized(TEXTS[name]), SKIPPABLE):
        for left in {1, 3, 5, 8, len(data) // 2, len(data) - 4, len(data) - 1}:
            if 0 < left < len(data):
                with pytest.raises((EOFError, zstandard.ZstdError)):
                    check_complete(io.BytesIO(data[:left]))


def test_what_follows_a_frame_and_is_none_is_refused() -> None:
    with pytest.raises(zstandard.ZstdError, match="no frame begins at byte"):
        check_complete(io.BytesIO(zstandard.compress(b"a") + b"garbage"))
