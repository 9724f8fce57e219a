"""What lies in the landing folder where no night looks for it: a slip in a name must not lose a day of data in silence.

Belongs here: folders that are no feed, folders of a feed that are no date, files outside of a dated folder.
Belongs elsewhere: the files that a night reads (landed.py).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from tidewaiter.ingest.feed import Feed
from tidewaiter.ingest.landed import read_day, write_name

# A folder of a million files that is not for us is told of without being looked through.
MOST_LOOKED_AT = 1000


@dataclass(frozen=True)
class Stray:
    """A file, or a folder with files, that no night reads; `name` is its path below the landing folder."""

    name: str
    why: str


def list_strays(landing: Path, feeds: Iterable[Feed]) -> list[Stray]:
    """Return what no night of any date reads, in name order; a landing folder that is not there has nothing.

    A file in the landing folder itself is left alone: notes and lists of what was sent stand there.
    """
    folders = {feed.folder for feed in feeds}
    if not landing.is_dir():
        return []
    found = (replace(stray, name=write_name(stray.name)) for stray in _walk(landing, "", folders))
    return sorted(found, key=lambda stray: stray.name)


def _walk(folder: Path, name: str, folders: set[str]) -> Iterator[Stray]:
    """Yield the strays of a folder that is the landing folder or a part of the way to a feed."""
    for each in _list_visible(folder):
        below = f"{name}/{each.name}" if name else each.name
        if not each.is_dir():
            if name or below in folders:
                yield Stray(below, "a file outside of the dated folder of a feed")
        elif below in folders:
            yield from _look_into_feed(each, below)
        elif any(feed.startswith(f"{below}/") for feed in folders):
            yield from _walk(each, below, folders)
        elif _has_files(each):
            yield Stray(f"{below}/", f"no feed has this folder{_suggest(below, folders)}")


def _look_into_feed(folder: Path, name: str) -> Iterator[Stray]:
    for each in _list_visible(folder):
        if not each.is_dir():
            yield Stray(f"{name}/{each.name}", "a file outside of a dated folder: which night is it for?")
        elif read_day(each.name) is None and _has_files(each):
            yield Stray(f"{name}/{each.name}/", "the folder is named after no date, such as 2026-11-20")


def _list_visible(folder: Path) -> list[Path]:
    """Return what is in a folder; a name that begins with a dot is an upload under way, or none of ours."""
    return [each for each in folder.iterdir() if not each.name.startswith(".")]


def _has_files(folder: Path) -> bool:
    """Return whether any file is below a folder, or more than can be looked through."""
    for looked, each in enumerate(folder.rglob("*"), 1):
        if looked > MOST_LOOKED_AT or (each.is_file() and not each.name.startswith(".")):
            return True
    return False


def _suggest(name: str, folders: set[str]) -> str:
    lasts = {folder.split("/")[-1]: folder for folder in sorted(folders)}
    found = get_close_matches(name.split("/")[-1], list(lasts), n=1)
    return f"; the nearest is {lasts[found[0]]}" if found else ""
