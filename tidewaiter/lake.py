"""The lake: where each table's daily partition is, and how one is published whole.

Belongs here: paths, staging, atomic publication, listing partitions.
Belongs elsewhere: what is in a table (data_quality/contracts), how it is computed.
"""

import hashlib
import os
import shutil
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from tidewaiter.errors import PartitionMissingError

PART, DATED = "part.parquet", "date="
STAGING = ".staging"


@dataclass(frozen=True)
class Lake:
    """A folder of tables: `<root>/<layer>/<noun>/date=YYYY-MM-DD/part.parquet`.

    Attributes:
        is_durable: whether what is published outlives the machine's loss of power; a lake that is made again from the
            start after any failure need not wait for the disk.
    """

    root: Path
    is_durable: bool = True

    def path(self, table: str, on: date) -> Path:
        """Return where the partition of `table` (`layer.noun`) for a date is or will be."""
        layer, noun = table.split(".")
        # One text: joining it part by part takes five times as long, and a night asks for hundreds of partitions.
        return Path(f"{self.root}/{layer}/{noun}/{DATED}{on.isoformat()}/{PART}")

    def existing(self, table: str, on: date) -> Path:
        """Return the published partition's path.

        Raises:
            PartitionMissingError: when it has not been published.
        """
        path = self.path(table, on)
        if not path.exists():
            raise PartitionMissingError(
                f"{table} has no partition for {on}.", fix=f"run `tidewaiter nightly --date {on}` first"
            )
        return path

    def dates(self, table: str) -> list[date]:
        """Return the dates of the published partitions, ascending."""
        layer, noun = table.split(".")
        # No path objects: a night asks thirty times, and a table may have a partition for each day of years.
        folder = f"{self.root}/{layer}/{noun}"
        try:
            with os.scandir(folder) as found:
                names = [each.name for each in found if each.name.startswith(DATED)]
        except FileNotFoundError:
            return []
        there = (name for name in names if os.access(f"{folder}/{name}/{PART}", os.F_OK))
        return sorted(date.fromisoformat(name.removeprefix(DATED)) for name in there)

    def among(self, table: str, days: Iterable[date]) -> list[Path]:
        """Return the published partitions of these days, in their order."""
        return [path for on in days if (path := self.path(table, on)).exists()]

    def window(self, table: str, before: date, days: int) -> list[Path]:
        """Return the partitions of the `days` days that end the day before `before`, ascending."""
        first = before - timedelta(days=days)
        return [self.path(table, on) for on in self.dates(table) if first <= on < before]

    def through(self, table: str, on: date) -> list[Path]:
        """Return every partition dated at or before `on`, ascending."""
        return [self.path(table, each) for each in self.dates(table) if each <= on]

    @contextmanager
    def staging(self) -> Iterator[Path]:
        """Yield an empty folder on the lake's own file system; it is gone afterwards."""
        folder = self.root / STAGING / f"{os.getpid()}-{uuid.uuid4().hex[:8]}"
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def publish(self, staged: Path, table: str, on: date) -> Path:
        """Move a finished file into place; a reader sees the old partition or the new one."""
        target = self.path(table, on)
        target.parent.mkdir(parents=True, exist_ok=True)
        if self.is_durable:
            replace_durably(staged, target)
        else:
            staged.replace(target)
        return target

    def repeat(self, table: str, earlier: date, on: date) -> None:
        """Publish the partition of an earlier date again, for a date on which the table has the same rows.

        Raises:
            PartitionMissingError: the earlier one has not been published.
        """
        source, target = self.existing(table, earlier), self.path(table, on)
        target.parent.mkdir(parents=True, exist_ok=True)
        staged = target.with_name(f".{PART}-{os.getpid()}")
        staged.hardlink_to(source)
        staged.replace(target)

    def sweep(self) -> list[str]:
        """Delete staging folders whose process is gone and return their names."""
        folders = sorted((self.root / STAGING).glob("*-*"))
        dead = [folder for folder in folders if not _is_alive(int(folder.name.split("-")[0]))]
        for folder in dead:
            shutil.rmtree(folder)
        return [folder.name for folder in dead]


def replace_durably(staged: Path, target: Path) -> None:
    """Put `staged` in the place of `target` in one step, its bytes on disk first."""
    with staged.open("rb") as handle:
        os.fsync(handle.fileno())
    staged.replace(target)


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
