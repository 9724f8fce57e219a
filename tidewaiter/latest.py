"""The link `latest` beside folders that are named by their date.

Belongs here: pointing it at another date.
Belongs elsewhere: which dates there are (tidewaiter/quality/report.py, tidewaiter/release/shelf.py).
"""

import os
from pathlib import Path

from tidewaiter.errors import TidewaiterError

NAME = "latest"


def point_latest(folder: Path, newest: str) -> None:
    """Point the link at a date, in one step.

    Raises:
        TidewaiterError: something else has its name, as in a copy of the home that followed links.
    """
    link, fresh = folder / NAME, folder / f".{NAME}-{os.getpid()}"
    if link.is_symlink() and link.readlink() == Path(newest):
        return
    if link.exists() and not link.is_symlink():
        raise TidewaiterError(
            f"{link} is not the link that it should be, but a copy.",
            fix="delete it and run again; copy a home with its links, as `cp -a` does",
        )
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(newest)
    fresh.replace(link)
