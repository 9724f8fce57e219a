"""A corrected file: which landed file it corrects, and how it lands without changing any file that is there.

Belongs here: feed, date and original of a file, its new name, the copy and the marker.
Belongs elsewhere: what a night would make of it (trial.py), running the date again (tidewaiter/command/replay.py).
"""

import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

import polars as pl

from tidewaiter.errors import CorrectionError, LandingError
from tidewaiter.ingest.feed import Feed
from tidewaiter.ingest.landed import DATE_FOLDER, PACKED, list_files, name_file
from tidewaiter.ingest.registry import FEEDS, name_feed
from tidewaiter.ingest.superseded import SUFFIX, write_marker
from tidewaiter.lake import Lake, hash_file

ENDING = re.compile(r"\.[a-z0-9]+$")


@dataclass(frozen=True)
class Filed:
    """A file as the ledger has it; `read_on` is the last date whose night read it."""

    file: str
    sha256: str
    status: str
    kept_n: int | None
    held_n: int | None
    rows_n: int | None
    cause: str | None
    read_on: date

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.file.rsplit("/", 1)[-1]

    @property
    def is_refused(self) -> bool:
        """Whether none of its rows entered."""
        return self.status == "refused"


@dataclass(frozen=True)
class Given:
    """What the person says of a file: itself, and as far as they name it its feed, date and original."""

    path: Path
    feed: str | None = None
    on: date | None = None
    corrects: str | None = None


@dataclass(frozen=True)
class Target:
    """Where a file belongs: its feed and date, and the landed file that it corrects, which may be the file itself."""

    feed: Feed
    on: date
    original: Filed | None

    @property
    def night(self) -> date:
        """The date whose night reads it."""
        return self.original.read_on if self.original else self.on


def find_target(lake: Lake, landing: Path, given: Given) -> Target:
    """Return where a file belongs, from its place, from what is given, or from the ledger.

    Raises:
        CorrectionError: nothing says it, or several landed files could be meant.
    """
    named, on = name_feed(given.feed) if given.feed else None, given.on
    placed, own = _read_place(landing, given.path), None
    if placed:
        _check_place(placed, named, on)
        named, on = placed
        own = name_file(landing, given.path)
        _check_unchanged(lake, given.path, own, named)
    found = [(feed, filed) for feed in ([named] if named else FEEDS) for filed in _list_candidates(lake, feed)]
    meant = _choose(given, [each for each in found if on is None or _read_date(*each) == on], own)
    if meant:
        return Target(meant[0], _read_date(*meant), meant[1])
    if named is None or on is None:
        raise CorrectionError(
            f"nothing says which feed and date {given.path.name} is for: the ledger has no file of that name"
            " that was refused or had rows held.",
            fix="give --feed and --date, or --corrects with the name of the landed file",
        )
    return Target(named, on, None)


def _read_place(landing: Path, path: Path) -> tuple[Feed, date] | None:
    """Return the feed and date of a file in the landing folder, None for a file elsewhere."""
    if not path.is_relative_to(landing):
        return None
    parts = path.relative_to(landing).parts
    for feed in FEEDS:
        depth = len(PurePosixPath(feed.folder).parts)
        if "/".join(parts[:depth]) == feed.folder and len(parts) > depth + 1 and DATE_FOLDER.fullmatch(parts[depth]):
            return feed, date.fromisoformat(parts[depth])
    raise LandingError(f"{path} is in no folder LANDING/<feed>/<date>/.", fix="keep the file elsewhere and replay it")


def _check_place(placed: tuple[Feed, date], feed: Feed | None, on: date | None) -> None:
    if feed not in (None, placed[0]) or on not in (None, placed[1]):
        raise CorrectionError(
            f"the file has landed for {placed[0].folder} on {placed[1]}, not for what --feed and --date say.",
            fix="leave them out, or replay a copy that lies elsewhere",
        )


def _check_unchanged(lake: Lake, path: Path, name: str, feed: Feed) -> None:
    """Raise CorrectionError when a landed file is not the one that a night read under its name."""
    sha256 = hash_file(path)
    if any(filed.file == name and filed.sha256 != sha256 for filed in _list_files(lake, feed)):
        raise CorrectionError(
            f"{name} was changed after it was read; landed files stay as they are.",
            fix="move your version out of the landing folder, put the file as it came back, and replay yours",
        )


def _list_candidates(lake: Lake, feed: Feed) -> Iterator[Filed]:
    """Yield the files of a feed that were refused or had rows held, as their last night left them."""
    return (each for each in _list_files(lake, feed) if each.is_refused or each.held_n)


def _list_files(lake: Lake, feed: Feed) -> list[Filed]:
    table = f"held.{feed.noun}_file"
    frames = [
        pl.scan_parquet(lake.path(table, on), hive_partitioning=False)
        .select("file", "sha256", "status", "kept_n", "held_n", "rows_n", "cause")
        .with_columns(read_on=pl.lit(on))
        for on in lake.dates(table)
    ]
    if not frames:
        return []
    rows = pl.concat(pl.collect_all(frames)).unique("file", keep="last", maintain_order=True).sort("file")
    return [Filed(**row) for row in rows.iter_rows(named=True)]


def _read_date(feed: Feed, filed: Filed) -> date:
    return date.fromisoformat(filed.file.removeprefix(f"{feed.folder}/").split("/")[0])


def _choose(given: Given, found: Sequence[tuple[Feed, Filed]], own: str | None) -> tuple[Feed, Filed] | None:
    """Return the file that is meant: by what --corrects says, else the one of the same name, else of the same stem.

    Args:
        own: the name under which the file itself has landed; it is meant where no other is.
    """
    if given.corrects:
        wanted = given.corrects
        meant = [each for each in found if each[1].file == wanted or each[1].file.endswith(f"/{wanted}")]
        if not meant:
            files = ", ".join(filed.file for _, filed in found) or "none"
            raise CorrectionError(
                f"no landed file {wanted} was refused or had rows held.", fix=f"those that were: {files}"
            )
    else:
        meant = [each for each in found if each[1].name == given.path.name]
        meant = meant or [each for each in found if _stem(each[1].name) == _stem(given.path.name)]
    meant = [each for each in meant if each[1].file != own] or meant
    if len(meant) > 1:
        files = ", ".join(filed.file for _, filed in meant)
        raise CorrectionError(
            f"{given.path.name} could correct any of {files}.",
            fix="name one with --corrects, or give --feed and --date",
        )
    return meant[0] if meant else None


def _stem(name: str) -> str:
    """Return a file's name in lower case without the endings of packing and format."""
    plain = name.lower()
    for suffix in PACKED:
        plain = plain.removesuffix(suffix)
    return ENDING.sub("", plain)


def find_copy(landing: Path, target: Target, sha256: str) -> Path | None:
    """Return the file of the target's feed and date that has these bytes, None when there is none."""
    same = (path for path in list_files(landing, target.feed, target.on) if hash_file(path) == sha256)
    return next(same, None)


def choose_place(landing: Path, target: Target, path: Path, wanted: str | None) -> str:
    """Return the path below the date's folder under which a file can land: free, and as the feed's reader expects.

    The name stays, because some feeds tell tables apart by it; where it is taken, a folder `r2`, `r3`, … comes before.

    Raises:
        CorrectionError: the wanted one is taken, or is no name that a night reads.
    """
    folder = landing / target.feed.folder / target.on.isoformat()
    if wanted is None:
        tries = (path.name, *(f"r{number}/{path.name}" for number in range(2, 1000)))
        return next(each for each in tries if not _is_taken(folder / each))
    parts = PurePosixPath(wanted).parts
    is_odd = not parts or wanted.startswith("/") or ".." in parts or parts[-1].startswith(".")
    if is_odd or wanted.lower().endswith(SUFFIX):
        raise CorrectionError(f"{wanted!r} is no name for a landed file.", fix="give a plain name with --as")
    if _is_taken(folder / wanted):
        raise CorrectionError(f"{wanted} is there already, and landed files stay as they are.", fix="give another name")
    return wanted


def _is_taken(path: Path) -> bool:
    return path.exists() or path.with_name(path.name + SUFFIX).exists()


def land_file(landing: Path, target: Target, path: Path, place: str, sha256: str) -> Path:
    """Copy a file into the landing folder under a name that is free, whole or not at all, and return where it is.

    Raises:
        CorrectionError: its bytes are no longer those that were judged.
    """
    final = landing / target.feed.folder / target.on.isoformat() / place
    final.parent.mkdir(parents=True, exist_ok=True)
    staged = final.with_name(f".{final.name}.landing")
    try:
        shutil.copyfile(path, staged)
        if hash_file(staged) != sha256:
            raise CorrectionError(f"{path} changed while it was read.", fix="replay it again once it is complete")
        # Taking the name first, so that a file that lands meanwhile is not replaced.
        final.touch(exist_ok=False)
        staged.replace(final)
    finally:
        staged.unlink(missing_ok=True)
    return final


def set_aside(final: Path, original: Filed) -> Path:
    """Leave a landed file with a marker beside it: it replaces the original.

    Raises:
        CorrectionError: it has a marker already, which does not name the original.
    """
    marker = final.with_name(final.name + SUFFIX)
    if not marker.exists():
        return write_marker(final, original.sha256, original.file)
    if original.sha256 not in marker.read_text(encoding="utf-8"):
        raise CorrectionError(f"{marker} replaces another file already.", fix="replay the file under another name")
    return marker
