"""Where releases stand: one folder a date, one file a revision, `latest` beside them.

Belongs here: names, listing revisions, moving a finished release into place, the `latest` link.
Belongs elsewhere: what is in a release (build.py).
"""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tidewaiter.lake import Lake, replace_durably
from tidewaiter.latest import point_latest
from tidewaiter.release.manifest import Manifest, read_manifest

FILE = re.compile(r"tidewaiter_(\d{4}-\d{2}-\d{2})(?:_r([2-9]|[1-9]\d+))?\.duckdb")
README, CHANGES = "README.md", "CHANGES.md"


@dataclass(frozen=True)
class Names:
    """Names of what belongs to one revision, within the folder of its date."""

    file: str
    manifest: str
    sums: str
    parquet: str


def name_revision(on: date, revision: int) -> Names:
    """Return the names of a revision's files; the first one's have no suffix."""
    suffix = "" if revision == 1 else f"_r{revision}"
    return Names(
        file=f"tidewaiter_{on.isoformat()}{suffix}.duckdb",
        manifest=f"manifest{suffix}.json",
        sums=f"SHA256SUMS{suffix}",
        parquet=f"parquet{suffix}",
    )


@dataclass(frozen=True)
class Shelf:
    """The releases folder: `<root>/<date>/tidewaiter_<date>[_rN].duckdb`; a release is there when that file is."""

    root: Path

    def folder(self, on: date) -> Path:
        return self.root / on.isoformat()

    def revisions(self, on: date) -> list[int]:
        """Return the published revisions of a date, ascending."""
        found = (FILE.fullmatch(path.name) for path in self.folder(on).glob("*.duckdb"))
        return sorted(int(each[2] or 1) for each in found if each and each[1] == on.isoformat())

    def dates(self) -> list[date]:
        """Return the dates that have a release, ascending."""
        found = {each[1] for path in self.root.glob("*/*.duckdb") if (each := FILE.fullmatch(path.name))}
        return [on for on in map(date.fromisoformat, sorted(found)) if self.revisions(on)]

    def manifests(self, on: date) -> list[Manifest]:
        """Return the manifests of a date's revisions, ascending."""
        return [read_manifest(self.folder(on) / name_revision(on, each).manifest) for each in self.revisions(on)]

    @contextmanager
    def staging(self) -> Iterator[Path]:
        """Yield an empty folder on the shelf's own file system; it and those of dead builds are gone afterwards."""
        workshop = Lake(self.root)
        workshop.sweep()
        with workshop.staging() as folder:
            yield folder

    def publish(self, staged: Path, on: date, names: Names) -> Path:
        """Move a finished release into place, the DuckDB file last; return that file.

        A date's first release appears as a whole folder in one step.
        """
        _flush(staged)
        target = self.folder(on)
        if not target.exists():
            staged.replace(target)
            return target / names.file
        for name in (names.parquet, names.manifest, names.sums, names.file):
            _replace(staged / name, target / name)
        self.refresh_guides(staged, on)
        return target / names.file

    def refresh_guides(self, staged: Path, on: date) -> None:
        """Put the staged README and CHANGES in the date's folder where they differ from those there."""
        for name in (README, CHANGES):
            target = self.folder(on) / name
            if not target.exists() or target.read_bytes() != (staged / name).read_bytes():
                replace_durably(staged / name, target)

    def refresh_latest(self) -> None:
        """Point `latest` at the newest date that has a release, in one step."""
        point_latest(self.root, self.dates()[-1].isoformat())


def _flush(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as handle:
                os.fsync(handle.fileno())


def _replace(source: Path, target: Path) -> None:
    """Move a file or folder over what an interrupted build of the same revision left there."""
    if target.is_dir():
        shutil.rmtree(target)
    source.replace(target)
