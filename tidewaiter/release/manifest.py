"""The manifest of a release: what is in it, what it was made from and what changed since the one before.

Belongs here: the model of manifest.json, its bytes, the list of SHA-256 sums.
Belongs elsewhere: finding what changed (change.py), where the files stand (shelf.py).
"""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from tidewaiter.errors import TidewaiterError
from tidewaiter.lake import hash_file


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Input(_Part):
    """A landed file of the date."""

    feed: str
    file: str
    sha256: str
    status: str


class Origin(_Part):
    """What the rows were made from; `run_id` is None when no shipment was scored."""

    run_id: str | None
    model_versions: tuple[str, ...]
    policy_version: str
    code_version: str
    inputs: tuple[Input, ...]


class TableEntry(_Part):
    """A table with the SHA-256 of its rows and of its Parquet copy."""

    name: str
    rows_n: int
    content_sha256: str
    parquet: str
    parquet_sha256: str


class TableChange(_Part):
    """How the rows of a table differ from the release before; rows are told apart by their key."""

    name: str
    added_n: int
    removed_n: int
    changed_n: int


class Change(_Part):
    """Why a date has one more release, and what is different in it."""

    replaces: str
    tables: tuple[TableChange, ...]
    why: tuple[str, ...]


class Manifest(_Part):
    """What manifest.json says: no clock time and no path of the machine that built it."""

    date: date
    revision: int
    file: str
    file_sha256: str
    file_bytes: int
    storage_version: str
    duckdb_version: str
    tables: tuple[TableEntry, ...]
    origin: Origin
    change: Change | None

    def digests(self, names: Iterable[str]) -> dict[str, str]:
        """Return the content SHA-256 of those of the named tables that the release has."""
        wanted = set(names)
        return {table.name: table.content_sha256 for table in self.tables if table.name in wanted}

    def to_json(self) -> str:
        """Return the text of manifest.json."""
        return self.model_dump_json(indent=2) + "\n"


def read_manifest(path: Path) -> Manifest:
    """Return what a manifest file says.

    Raises:
        TidewaiterError: it is missing or is not a manifest.
    """
    try:
        return Manifest.model_validate_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError as problem:
        raise TidewaiterError(
            f"release {path.parent.name} has no {path.name}.", fix="restore it, or move the release folder away"
        ) from problem
    except ValidationError as problem:
        first = problem.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise TidewaiterError(
            f"{path.parent.name}/{path.name}: {key}: {first['msg']}.", fix="restore it, or move the release folder away"
        ) from problem


def list_sums(folder: Path, paths: Iterable[Path]) -> str:
    """Return the SHA-256 of each file as `sha256sum --check` reads it, in path order."""
    names = sorted(path.relative_to(folder).as_posix() for path in paths)
    return "".join(f"{hash_file(folder / name)}  {name}\n" for name in names)
