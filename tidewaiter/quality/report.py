"""Where the report of a night stands, and writing it.

Belongs here: HOME/quality/<date>/report.html and the link `latest`.
Belongs elsewhere: what it says (page.py), how it looks (data_quality/report.py).
"""

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from data_quality.report import render_report
from tidewaiter.errors import ArgumentError
from tidewaiter.lake import Lake, replace_durably
from tidewaiter.latest import point_latest
from tidewaiter.policy import Policy
from tidewaiter.quality.night import read_night
from tidewaiter.quality.page import build_page
from tidewaiter.settings import Settings

FILE = "report.html"


@dataclass(frozen=True)
class Written:
    """A report that was written, and what it says in one sentence."""

    path: Path
    verdict: str


def report_path(settings: Settings, on: date) -> Path:
    """Return where the report of a date is or will be."""
    return settings.quality / on.isoformat() / FILE


def write_report(settings: Settings, policy: Policy, on: date) -> Written:
    """Leave the report of a date in its place, `latest` pointing at the newest date that has one.

    Raises:
        PartitionMissingError: nothing is known about the date.
    """
    page = build_page(read_night(Lake(settings.lake), policy.expectations, on))
    path = report_path(settings, on)
    write_page(path, render_report(page))
    point_latest(settings.quality, max(path.parent.name for path in settings.quality.glob(f"[0-9]*/{FILE}")))
    return Written(path, page.verdict)


def write_page(path: Path, text: str) -> None:
    """Put a page in place in one step.

    Raises:
        ArgumentError: when a folder is in its place.
    """
    if path.is_dir():
        raise ArgumentError(f"{path} is a folder, not a page.", fix="name a file, such as page.html in it")
    path.parent.mkdir(parents=True, exist_ok=True)
    staged = path.with_name(f".{path.name}-{os.getpid()}")
    staged.write_text(text, encoding="utf-8")
    replace_durably(staged, path)
