"""The commands `nightly`, `backfill` and `train`.

Belongs here: catching up, running, reporting a result in words or JSON.
Belongs elsewhere: the jobs (pipelines), the queue as a table (tidewaiter/view).
"""

import json
import shlex
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import typer
from rich.console import Console

from pipelines.history import build_history
from pipelines.night import Runner, open_runner
from pipelines.partitions import check_day
from pipelines.result import RunResult
from tidewaiter.command.progress import Display
from tidewaiter.command.stale import list_stale, sum_up
from tidewaiter.errors import PartitionMissingError, TidewaiterError
from tidewaiter.policy import load_policy
from tidewaiter.quality.report import report_path, write_report
from tidewaiter.settings import Settings
from tidewaiter.view.held_row import make_plain

# What a check found is cut after so many characters: causes and fixes are longer than values of a row.
LONGEST_FINDING = 2000
# The run of a night that was not begun, because the dates it looks back on cannot be built.
NOT_RUN = ""


def list_days(first: date, last: date) -> list[date]:
    """Return every date from first to last."""
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]


@dataclass(frozen=True)
class Outcome:
    """What came of a date that was asked for, and of the earlier dates that were built for it."""

    result: RunResult
    past: tuple[RunResult, ...]

    @property
    def is_clean(self) -> bool:
        return self.result.succeeded and not self.refused_files

    @property
    def refused_files(self) -> list[str]:
        """What is said of each refused file, those of the earlier dates first."""
        return [line for each in (*self.past, self.result) for line in refused_files(each)]


def run_nights(settings: Settings, days: Sequence[date], *, as_json: bool) -> int:
    """Run the nights in order, stop at the first that fails, print what came of them and return the exit code.

    Whatever ends the nights early, those that are done are reported.

    Raises:
        DateError: when one of the dates can have no night; then none is run.
    """
    for day in days:
        check_day(day, settings.landing)
    display = Display(Console(stderr=True))
    nights: list[Outcome] = []
    try:
        with open_runner(settings, display.watch) as runner:
            for day in days:
                nights.append(_run_night(runner, display, day))
                if not nights[-1].result.succeeded:
                    _write_failed(settings, nights[-1].result)
                    break
    finally:
        if nights:
            _report_nights(settings, nights, as_json=as_json)
    _tell_stale(settings)
    return 0 if all(night.is_clean for night in nights) else 1


def _run_night(runner: Runner, display: Display, day: date) -> Outcome:
    """Run one night after the dates it looks back on; where those cannot be built the night has failed."""
    past: list[RunResult] = []
    try:
        catch_up(runner, display, day, past)
    except TidewaiterError as problem:
        return Outcome(RunResult("nightly", day, NOT_RUN, False, str(problem), (), {}, {}), tuple(past))
    return Outcome(display.run_night(runner, day), tuple(past))


def _write_failed(settings: Settings, result: RunResult) -> None:
    """Write the report of a night that failed; none when it failed before anything was found out."""
    if result.run_id == NOT_RUN:
        return
    with suppress(PartitionMissingError):
        write_report(settings, load_policy(settings.policy), result.on)


def catch_up(runner: Runner, display: Display, before: date, past: list[RunResult]) -> None:
    """Build the earlier dates that landed and are not as published, oldest first, and tell what checks found.

    Args:
        past: what came of each is added to it, of one that failed as well.

    Raises:
        TidewaiterError: when one of them fails.
    """
    stale = runner.stale_dates(before)
    if not stale:
        return
    known_n = len(past)
    try:
        for result in display.show_dates("history", len(stale), build_history(runner, stale)):
            past.append(result)  # noqa: PERF402 - what came before a failure has to stay
    finally:
        for result in past[known_n:]:
            _tell_checks(result, errors_only=True)
    if not past[-1].succeeded:
        raise TidewaiterError(f"history of {past[-1].on}: {past[-1].error}", fix="correct the cause and run again")


def _tell_stale(settings: Settings) -> None:
    """Say which dates a command has left stale: those that only looked back on what has changed."""
    stale = list_stale(settings)
    if stale:
        typer.echo(sum_up(stale), err=True)


def run_training(settings: Settings, as_of: date, *, as_json: bool) -> int:
    """Train a model as of a date, print what came of it and return the exit code."""
    display = Display(Console(stderr=True))
    past: list[RunResult] = []
    with open_runner(settings, display.watch) as runner:
        catch_up(runner, display, as_of, past)
        outcome = Outcome(train(runner, display, as_of), tuple(past))
    if as_json:
        typer.echo(json.dumps(describe_outcome(settings, outcome), indent=2))
    else:
        typer.echo(outcome.result.notes["explanation"])
    return 0 if outcome.is_clean else 1


def train(runner: Runner, display: Display, as_of: date) -> RunResult:
    """Run the training of a date.

    Raises:
        TidewaiterError: when it fails; too few findings are no failure.
    """
    (result,) = display.show_dates("training", 1, (runner.run("train", day) for day in [as_of]))
    if not result.succeeded:
        raise TidewaiterError(f"training as of {as_of}: {result.error}", fix="correct the cause and run again")
    return result


def _report_nights(settings: Settings, nights: Sequence[Outcome], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps([describe_outcome(settings, night) for night in nights], indent=2))
        return
    for night in nights:
        tell_result(settings, night.result)


def tell_result(settings: Settings, result: RunResult) -> None:
    """Print what came of a night."""
    if not result.succeeded:
        typer.secho(f"{result.on}: the night failed. {result.error}", fg="red", err=True)
        typer.secho("  What was published before stays as it was; correct the cause and run again.", err=True)
        if result.run_id != NOT_RUN:
            typer.secho(f"  report:  {report_path(settings, result.on)}", err=True)
    _tell_checks(result)
    if result.succeeded:
        typer.echo(f"{result.on}: {result.notes.get('explanation', 'done')}")
        typer.echo(f"  data:    {result.notes.get('verdict', 'no report was written')}")
        typer.echo(f"  queue:   tidewaiter queue --date {result.on} --home {shlex.quote(str(settings.home))}")
        typer.echo(f"  release: {result.notes.get('release', settings.releases / result.on.isoformat())}")
        typer.echo(f"  report:  {report_path(settings, result.on)}")


def _tell_checks(result: RunResult, *, errors_only: bool = False) -> None:
    for check in result.failed_checks:
        if check.severity == "ERROR" or not errors_only:
            colour = "red" if check.severity == "ERROR" else "yellow"
            typer.secho(f"{result.on}: {check.severity.lower()}: {check.table} {check.check}", fg=colour, err=True)
            for name, text in check.found.items():
                typer.secho(f"  {make_plain(name)}: {make_plain(text, LONGEST_FINDING)}", err=True)


def refused_files(result: RunResult) -> list[str]:
    """Return what the run says of each file it refused."""
    checks = [check for check in result.failed_checks if check.check in ("files_accepted", "held_share")]
    return [f"{file}: {text}" for check in checks for file, text in check.found.items()]


def describe_outcome(settings: Settings, outcome: Outcome) -> dict[str, Any]:
    """Return an outcome as plain values for JSON; the refused files are those of the earlier dates too."""
    result = outcome.result
    return {
        "date": result.on.isoformat(),
        "job": result.job,
        "dagster_run_id": result.run_id,
        "succeeded": result.succeeded,
        "error": result.error,
        "notes": result.notes,
        "refused_files": outcome.refused_files,
        "failed_checks": [
            {"table": each.table, "check": each.check, "severity": each.severity, "found": each.found}
            for each in result.failed_checks
        ],
        "step_seconds": result.step_seconds,
        "lake": str(settings.lake),
        "release": result.notes.get("release"),
    }
