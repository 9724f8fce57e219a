"""A made folder that is there whole or not at all: made beside its place under another name, then put in place.

Belongs here: the marker that says what a folder holds, and the swap.
Belongs elsewhere: what is made (make.py, world/make.py).
"""

import shutil
from pathlib import Path


def read_marker(path: Path) -> str | None:
    """Return the text of a marker; None where there is none."""
    return path.read_text(encoding="utf-8") if path.is_file() else None


def open_partial(out: Path) -> Path:
    """Return the empty folder `<out>.partial`, in which `out` is made."""
    partial = out.with_name(f"{out.name}.partial")
    _remove(partial)
    partial.mkdir(parents=True)
    return partial


def put_in_place(partial: Path, out: Path) -> None:
    """Puts the finished folder in place; an earlier one is moved aside first and then removed."""
    old = out.with_name(f"{out.name}.old")
    _remove(old)
    if out.exists():
        out.replace(old)
    partial.replace(out)
    _remove(old)


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
