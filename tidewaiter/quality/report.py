"""stub

Belongs here: x
Belongs elsewhere: y
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tidewaiter.settings import Settings
from tidewaiter.policy import Policy


@dataclass(frozen=True)
class Written:
    path: Path
    verdict: str


def report_path(settings: Settings, on: date) -> Path:
    return settings.quality / on.isoformat() / "report.html"


def write_report(settings: Settings, policy: Policy, on: date) -> Written:
    return Written(report_path(settings, on), "stub")
