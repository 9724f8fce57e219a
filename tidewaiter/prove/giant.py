"""Files that are huge once opened, or huge and of one piece: each must be refused, and in little memory.

Belongs here: making them, what each is an example of, the memory that is allowed.
Belongs elsewhere: thousands of small spoilt files (endurance.py).
"""

import gzip
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import zstandard

from tidewaiter.ingest.registry import find_feed
from tidewaiter.prove.judge import Job
from tidewaiter.prove.worker import Worker, WorkerDied

MOST_MEMORY_MIB = 2_048
SECONDS = 600.0
BLOCK = b"0" * (1 << 20)
GIGABYTE = 1_000
BOMB_BLOCKS = 4_000
ON = "2026-11-20"


@dataclass(frozen=True)
class Giant:
    """A file that must be refused: `write` makes it at a path."""

    name: str
    feed: str
    file: str
    write: Callable[[Path], None]


@dataclass(frozen=True)
class GiantResult:
    """What became of a giant, and what that took; `problem` says what is wrong with it."""

    name: str
    packed_bytes: int
    status: str
    cause: str
    seconds: float
    peak_mib: int
    problem: str | None


def _write_gzip_bomb(path: Path) -> None:
    with gzip.open(path, "wb", compresslevel=1) as handle:
        for _ in range(BOMB_BLOCKS):
            handle.write(BLOCK)


def _write_zstd_bomb(path: Path) -> None:
    with zstandard.open(path, "wb") as handle:
        for _ in range(BOMB_BLOCKS):
            handle.write(BLOCK)


def _write_piece(start: bytes, end: bytes) -> Callable[[Path], None]:
    """Return what writes a gigabyte without a line break between a start and an end."""

    def write(path: Path) -> None:
        with path.open("wb") as handle:
            handle.write(start)
            for _ in range(GIGABYTE):
                handle.write(BLOCK)
            handle.write(end)

    return write


_ENTRY, _FINDING, _OCEAN, _TRUCK, _AIR = (
    "low_value_entry", "exam_finding", "ocean_x12_309", "truck_manifest", "air_waybill"
)  # fmt: skip
_FINDING_HEADER = (
    b"finding_id,shipment_ref,ref_kind,exam_kind,selected_by,examined_at,known_at,finding_code,loss_usd,seized,"
    b"officer_unit\n"
)
_INTERCHANGE = (
    b"ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *261120*0000*U*00401*000000001*0*P*>~GS*"
)
GIANTS = (
    Giant("gzip bomb of 4 GB", _ENTRY, "entries.csv.gz", _write_gzip_bomb),
    Giant("Zstandard bomb of 4 GB", _ENTRY, "entries.jsonl.zst", _write_zstd_bomb),
    Giant("JSON Lines, one entry of 1 GB", _ENTRY, "entries.jsonl", _write_piece(b'{"entry_number":"', b'"}\n')),
    Giant("CSV, a header of 1 GB", _ENTRY, "entries.csv", _write_piece(b"", b"\n")),
    Giant("CSV, a quoted field of 1 GB", _FINDING, "findings.csv", _write_piece(_FINDING_HEADER + b'"', b'"\n')),
    Giant("X12, a segment of 1 GB", _OCEAN, "manifest.edi", _write_piece(_INTERCHANGE, b"~")),
    Giant("JSON, a document of 1 GB", _TRUCK, "trips.json", _write_piece(b'[{"tripNumber":"', b'"}]')),
    Giant("JSON Lines, one waybill of 1 GB", _AIR, "waybills.jsonl", _write_piece(b'{"house_awb":"', b'"}\n')),
)


def try_giants(folder: Path) -> Iterator[GiantResult]:
    """Make each giant, take it through the way in, and yield what became of it; nothing of it stays."""
    for giant in GIANTS:
        landing = folder / "giant"
        path = landing / find_feed(giant.feed).folder / ON / giant.file
        path.parent.mkdir(parents=True)
        giant.write(path)
        try:
            yield _try_one(giant, path, landing, folder / "worker-giant")
        finally:
            shutil.rmtree(landing)


def _try_one(giant: Giant, path: Path, landing: Path, folder: Path) -> GiantResult:
    size, started = path.stat().st_size, time.perf_counter()
    worker = Worker(folder, SECONDS)
    status, cause, problem = "crashed", "", None
    try:
        (verdict,) = worker.judge(Job(str(landing), giant.feed, ON, 0.2))
        status, cause, problem = verdict.status, verdict.cause or "", verdict.problem
    except WorkerDied as died:
        problem = str(died)
    finally:
        worker.close()
    problem = problem or _find_fault(status, worker.peak_mib)
    return GiantResult(giant.name, size, status, cause, time.perf_counter() - started, worker.peak_mib, problem)


def _find_fault(status: str, peak_mib: int) -> str | None:
    if status != "refused":
        return f"it is {status}, not refused"
    if peak_mib > MOST_MEMORY_MIB:
        return f"it took {peak_mib:,} MiB; {MOST_MEMORY_MIB:,} are allowed"
    return None
