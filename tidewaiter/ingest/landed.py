"""Files as they land: which there are for a date, and their plain bytes.

Belongs here: listing, naming, hashing, unpacking with a limit.
Belongs elsewhere: what a file's rows are (reader modules).
"""

import gzip
import os
import re
import zlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

import zstandard

from tidewaiter.errors import FileRefusedError, LandingError
from tidewaiter.ingest.feed import Feed, LandedFile
from tidewaiter.ingest.zstd_frame import check_complete
from tidewaiter.lake import hash_file
from tidewaiter.policy import Ingest

DATE_FOLDER = re.compile(r"\d{4}-\d{2}-\d{2}")
ESCAPED = re.compile(rb"\\x([0-9a-f]{2})")
BLOCK = 1 << 20
PACKED = (".gz", ".zst")


def check_landing(landing: Path) -> None:
    """Raise LandingError when the landing folder is not there."""
    if not landing.is_dir():
        raise LandingError(f"landing folder {landing} does not exist.", fix="name another with --landing")


def list_files(landing: Path, feed: Feed, on: date) -> list[Path]:
    """Return the feed's files that a run of `on` reads, in name order."""
    day = newest_date(landing, feed, on) if feed.is_snapshot else on
    folder = landing / feed.folder / day.isoformat() if day else None
    if folder is None or not folder.is_dir():
        return []
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))


def name_file(landing: Path, path: Path) -> str:
    """Return the name of a file by its path below the landing folder, as tables have it."""
    return write_name(path.relative_to(landing).as_posix())


def write_name(name: str) -> str:
    r"""Return a name that any table can hold: a byte of it that is not UTF-8 stands as `\xe9`."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def find_file(landing: Path, name: str) -> Path:
    """Return where the file of a name is or was."""
    path = landing / name
    if path.exists():
        return path
    return landing / os.fsdecode(ESCAPED.sub(lambda found: bytes.fromhex(found[1].decode()), name.encode()))


def list_dates(landing: Path, feed: Feed) -> list[date]:
    """Return the dates for which the feed has a folder, ascending."""
    names = (each.name for each in (landing / feed.folder).glob("*"))
    return sorted(day for name in names if (day := read_day(name)) is not None)


def read_day(name: str) -> date | None:
    """Return the date a folder is named after, None for a folder that is named after none."""
    if not DATE_FOLDER.fullmatch(name):
        return None
    try:
        return date.fromisoformat(name)
    except ValueError:
        return None


def newest_date(landing: Path, feed: Feed, on: date) -> date | None:
    """Return the newest date at or before `on` for which the feed landed, None when there is none."""
    return max((each for each in list_dates(landing, feed) if each <= on), default=None)


def open_landed(
    landing: Path, feed: Feed, path: Path, staging: Path, limits: Ingest, *, sha256: str | None = None
) -> LandedFile:
    """Return the file with its plain bytes in `staging` under a plain name: unpacked, or linked to where they landed.

    DuckDB takes `*`, `?` and `[` in a path for a pattern, so no reader is given the name a file landed under.

    Args:
        sha256: of the file's bytes, where that is known already.

    Raises:
        FileRefusedError: damaged or truncated, or larger once unpacked than a limit allows.
    """
    name = name_file(landing, path)
    sha256 = sha256 or hash_file(path)
    plain = _unpack(path, name, staging / f"{sha256}-{len(list(staging.iterdir()))}", limits)
    _refuse_hidden(plain, name)
    return LandedFile(feed.folder, name, plain, sha256, path.stat().st_size, limits.max_document_bytes)


def _unpack(path: Path, name: str, target: Path, limits: Ingest) -> Path:
    if path.suffix.lower() not in PACKED:
        target.symlink_to(path.resolve())
        return target
    try:
        with path.open("rb") as packed, target.open("wb") as plain:
            _copy_limited(_reader(packed, path.suffix.lower()), plain, _find_limit(path, name, limits))
    except (EOFError, gzip.BadGzipFile, zlib.error, zstandard.ZstdError) as problem:
        raise FileRefusedError(
            name, f"the compressed data is damaged or cut short ({problem})", fix="ask for the file again"
        ) from problem
    return target


def _refuse_hidden(plain: Path, name: str) -> None:
    """Refuse what is still compressed, or in UTF-16, by its first bytes."""
    with plain.open("rb") as handle:
        start = handle.read(4)
    if start.startswith((b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04")):
        raise FileRefusedError(
            name, "the content is compressed: twice, or under a name that does not say so",
            fix="land it compressed once, as <name>.gz or <name>.zst, or plain",
        )  # fmt: skip
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileRefusedError(name, "the text is UTF-16", line=1, fix="send the file again as UTF-8")


def _reader(packed: BinaryIO, suffix: str) -> BinaryIO:
    if suffix == ".gz":
        return gzip.GzipFile(fileobj=packed)  # type: ignore[return-value]
    check_complete(packed)
    return zstandard.ZstdDecompressor().stream_reader(packed, read_across_frames=True)


@dataclass(frozen=True)
class _Limit:
    """The size past which a file is refused, and the refusal."""

    most_bytes: int
    refusal: FileRefusedError


def _find_limit(path: Path, name: str, limits: Ingest) -> _Limit:
    """Return the lower of the two limits: the size that any file may have, and the one that its packed size allows."""
    packed = path.stat().st_size
    by_ratio = max(limits.unpack_ratio_floor_bytes, int(limits.max_unpack_ratio * packed))
    if by_ratio < limits.max_unpacked_bytes:
        cause = f"expands past {by_ratio:,} bytes, from {packed:,}"
        fix = "ask what it is; if it is right, land it unpacked, or raise max_unpack_ratio in policy/ingest.yml"
        return _Limit(by_ratio, FileRefusedError(name, cause, fix=fix))
    cause = f"expands past {limits.max_unpacked_bytes:,} bytes"
    fix = "split the file, or raise max_unpacked_bytes in policy/ingest.yml"
    return _Limit(limits.max_unpacked_bytes, FileRefusedError(name, cause, fix=fix))


def _copy_limited(source: BinaryIO, target: BinaryIO, limit: _Limit) -> None:
    size = 0
    while block := source.read(BLOCK):
        size += len(block)
        if size > limit.most_bytes:
            raise limit.refusal
        target.write(block)
