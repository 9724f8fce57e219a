"""What a feed is: a landing folder, the raw tables it fills, and the reader of one file.

Belongs here: the types that a reader module and the rest of ingest share.
Belongs elsewhere: readers (one module a feed), the list of feeds (registry.py).
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

PROVENANCE = (
    ("source_file", "VARCHAR"),
    ("source_line", "BIGINT"),
    ("source_sha256", "VARCHAR"),
    ("reject_rule", "VARCHAR"),
    ("raw_text", "VARCHAR"),
    ("other_columns", "VARCHAR"),
)


# Where no policy is at hand, as in tests of a reader; a night takes the limit of policy/ingest.yml.
MAX_DOCUMENT_BYTES = 256_000_000


@dataclass(frozen=True)
class LandedFile:
    """One file as landed; `name` is its path below the landing folder, `path` where its plain bytes are.

    Attributes:
        max_document_bytes: the largest text that a reader may take into memory as one piece.
    """

    feed: str
    name: str
    path: Path
    sha256: str
    size_bytes: int
    max_document_bytes: int = MAX_DOCUMENT_BYTES

    @property
    def plain_name(self) -> str:
        """The file's own name without folder and compression ending, lower case."""
        return self.name.rsplit("/", 1)[-1].lower().removesuffix(".gz").removesuffix(".zst")


@dataclass(frozen=True)
class Link:
    """A row of `child` belongs to the rows of `parent` that have the same values in `columns`."""

    child: str
    parent: str
    columns: tuple[str, ...]


Note = str
ReadFile = Callable[[duckdb.DuckDBPyConnection, LandedFile], tuple[Note, ...]]


@dataclass(frozen=True)
class Feed:
    """A kind of landed data.

    Attributes:
        folder: where its files land, below the landing folder.
        noun: its name in the lake; `held.<noun>` holds its broken rows.
        title: its name on pages, as people call it.
        tables: raw tables that a file of this feed may fill, each with a contract.
        read_file: appends one file's rows, as text, to temp tables `raw_<noun of table>` and returns warnings.
            Raises FileRefusedError when the file is not what it claims.
        core_tables: core tables that its kept rows map to, each by `sql/<noun>/<table noun>.sql`.
        links: which of its tables belong to which; a row without its parent is held.
        is_snapshot: each landing is a whole list, and a run uses the newest usable one at or before its date.
        needed_tables: tables without whose rows a landing is not the whole list.
        file_names: where a landing has several files, its tables and how the file of each is told.
        in_force: columns of its first table that hold the first and the last day on which a row is in force; a
            mapping then reads `in_force_<noun>` instead of `kept_<noun>`.
        mapping: folder of its mapping SQL, where that is not its noun because several feeds share it.
        roles: names by which shared SQL reads the kept rows of its tables, and the tables.
    """

    folder: str
    noun: str
    title: str
    tables: tuple[str, ...]
    read_file: ReadFile
    core_tables: tuple[str, ...] = ()
    is_snapshot: bool = False
    links: tuple[Link, ...] = ()
    needed_tables: tuple[str, ...] = ()
    file_names: tuple[tuple[str, str], ...] = ()
    in_force: tuple[str | None, str | None] | None = None
    mapping: str = ""
    roles: tuple[tuple[str, str], ...] = ()
