"""What running a job for a date tells: its steps as they go, and what came of it.

Belongs here: the types that runs with and without Dagster's events share.
Belongs elsewhere: running (night.py, plain.py), showing (tidewaiter/command).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class StepEvent:
    """A step of a run began or ended; `seconds` is set when it ended."""

    job: str
    on: date
    step: str
    state: str
    seconds: float | None = None


@dataclass(frozen=True)
class FailedCheck:
    """An asset check that did not pass."""

    table: str
    check: str
    severity: str
    found: dict[str, str]


@dataclass(frozen=True)
class RunResult:
    """What came of one job on one date."""

    job: str
    on: date
    run_id: str
    succeeded: bool
    error: str | None
    failed_checks: tuple[FailedCheck, ...]
    step_seconds: dict[str, float]
    notes: dict[str, str]


Watch = Callable[[StepEvent], None]
