"""Landed files that another landed file replaces, as a marker beside that one says.

`<file>.supersedes` holds the SHA-256 of each file of the same feed and date that `<file>` replaces, one a line as
`sha256sum` writes it. Markers land like any file, so a run stays a function of what landed.

Belongs here: what a marker is, writing one, which files of a folder are set aside.
Belongs elsewhere: reading the other files (reading.py), deciding that a file is replaced (replay.py).
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from tidewaiter.ingest.landed import name_file
from tidewaiter.lake import hash_file

SUFFIX = ".supersedes"
LINE = re.compile(r"([0-9a-f]{64})(?:[ *].*)?", re.IGNORECASE)
LONGEST_MARKER = 1 << 16
HOW = "give on each line the SHA-256 of a file of this folder, as sha256sum does, or delete the marker"


@dataclass(frozen=True)
class Settled:
    """What became of a file whose rows are not read."""

    status: str
    cause: str
    fix: str | None = None


@dataclass
class _Folder:
    """The files of one feed and date that are no markers, and those set aside so far with what replaces them."""

    landing: Path
    files: Sequence[Path]
    replaced_by: dict[Path, Path] = field(default_factory=dict)

    def name(self, path: Path) -> str:
        return name_file(self.landing, path)

    @cached_property
    def by_hash(self) -> Mapping[str, list[Path]]:
        found: dict[str, list[Path]] = defaultdict(list)
        for path in self.files:
            found[hash_file(path)].append(path)
        return found

    def ends_in(self, path: Path) -> Path:
        """Return the file that counts in the end where `path` would."""
        while path in self.replaced_by:
            path = self.replaced_by[path]
        return path


def is_marker(path: Path) -> bool:
    """Return whether a landed file only says what another one replaces."""
    return path.name.lower().endswith(SUFFIX)


def write_marker(replacement: Path, sha256: str, name: str) -> Path:
    """Put a marker beside a landed file: it replaces the file of that hash and name."""
    marker = replacement.with_name(replacement.name + SUFFIX)
    with marker.open("x", encoding="utf-8") as handle:
        handle.write(f"{sha256}  {name}\n")
    return marker


def settle_files(landing: Path, paths: Sequence[Path]) -> dict[Path, Settled]:
    """Return what became of each marker among the files of one feed and date, and of each file that one sets aside.

    A marker that cannot be followed is refused and sets nothing aside.
    """
    markers = [path for path in paths if is_marker(path)]
    folder = _Folder(landing, [path for path in paths if not is_marker(path)])
    settled: dict[Path, Settled] = {}
    for marker in markers:
        settled[marker] = _follow(folder, marker)
    for path, replacement in folder.replaced_by.items():
        settled[path] = Settled("superseded", f"{folder.name(replacement)} replaces it")
    return settled


def _follow(folder: _Folder, marker: Path) -> Settled:
    """Set aside what the marker names, or return why it cannot be followed."""
    replacement = marker.with_name(marker.name[: -len(SUFFIX)])
    if replacement not in folder.files:
        return Settled("refused", f"{replacement.name}, which the marker belongs to, is not beside it",
                       "land that file, or delete the marker")  # fmt: skip
    replaced: list[Path] = []
    for number, line in _read_lines(marker):
        found = LINE.fullmatch(line)
        if not found:
            return Settled("refused", f"line {number}: no SHA-256", HOW)
        files = folder.by_hash.get(found[1].lower(), [])
        if not files:
            return Settled("refused", f"line {number}: no file of this date has the SHA-256 {found[1]}", HOW)
        replaced += files
    return _set_aside(folder, replacement, replaced)


def _set_aside(folder: _Folder, replacement: Path, replaced: Sequence[Path]) -> Settled:
    if not replaced:
        return Settled("refused", "the marker names no file", HOW)
    if folder.ends_in(replacement) in replaced:
        return Settled("refused", f"{replacement.name} would replace itself", HOW)
    for path in replaced:
        folder.replaced_by.setdefault(path, replacement)
    names = ", ".join(folder.name(path) for path in replaced)
    return Settled("marker", f"{folder.name(replacement)} replaces {names}")


def _read_lines(marker: Path) -> Iterator[tuple[int, str]]:
    with marker.open("rb") as handle:
        text = handle.read(LONGEST_MARKER).decode("utf-8-sig", errors="replace")
    return ((number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip())
