"""The commands `nightly`, `backfill` and `train`.

Belongs here: catching up, running, reporting a result in words or JSON.
Belongs elsewhere: the jobs (pipelines), the queue as a table (tidewaiter/view).
"""

import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import typer
from rich.console import Console

from pipelines.history import build_history
from pipelines.night import Runner, open_runner
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


def list_days(first: date, last: date) -> list[date]:
    """Return every date from first to last."""
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]


def run_nights(settings: Settings, days: Sequence[date], *, as_json: bool) -> int:
    """Run the nights in order, stop at the first that fails, print what came of them and return the exit code."""
    display = Display(Console(stderr=True))
    results: list[RunResult] = []
    past: list[RunResult] = []
    with open_runner(settings, display.watch) as runner:
        for day in days:
            past += catch_up(runner, display, day)
            results.append(display.run_night(runner, day))
            if not results[-1].succeeded:
                _write_failed(settings, day)
                break
    report_results(settings, results, as_json=as_json)
    _tell_stale(settings)
    return 0 if all(result.succeeded and not refused_files(result) for result in [*past, *results]) else 1


def _write_failed(settings: Settings, on: date) -> None:
    """Write the report of a night that failed; none when it failed before anything was found out."""
    with suppress(PartitionMissingError):
        write_report(settings, load_policy(settings.policy), on)


def catch_up(runner: Runner, display: Display, before: date) -> list[RunResult]:
    """Build the earlier dates that landed and are not as published, oldest first; tell and return what came of them.

    Raises:
        TidewaiterError: when one of them fails.
    """
    stale = runner.stale_dates(before)
    results: list[RunResult] = []
    if not stale:
        return results
    for result in display.show_dates("history", len(stale), build_history(runner, stale)):
        if not result.succeeded:
            raise TidewaiterError(f"history of {result.on}: {result.error}", fix="correct the cause and run again")
        results.append(result)
    for result in results:
        _tell_checks(result, errors_only=True)
    return results


def _tell_stale(settings: Settings) -> None:
    """Say which dates a command has left stale: those that only looked back on what has changed."""
    stale = list_stale(settings)
    if stale:
        typer.echo(sum_up(stale), err=True)


def run_training(settings: Settings, as_of: date, *, as_json: bool) -> int:
    """Train a model as of a date, print what came of it and return the exit code."""
    display = Display(Console(stderr=True))
    with open_runner(settings, display.watch) as runner:
        catch_up(runner, display, as_of)
        result = train(runner, display, as_of)
    typer.echo(json.dumps(describe_result(settings, result), indent=2) if as_json else result.notes["explanation"])
    return 0


def train(runner: Runner, display: Display, as_of: date) -> RunResult:
    """Run the training of a date.

    Raises:
        TidewaiterError: when it fails; too few findings are no failure.
    """
    (result,) = display.show_dates("training", 1, (runner.run("train", day) for day in [as_of]))
    if not result.succeeded:
        raise TidewaiterError(f"training as of {as_of}: {result.error}", fix="correct the cause and run again")
    return result


def report_results(settings: Settings, results: Sequence[RunResult], *, as_json: bool) -> None:
    """Print what came of the nights."""
    if as_json:
        typer.echo(json.dumps([describe_result(settings, result) for result in results], indent=2))
        return
    for result in results:
        _tell_result(settings, result)


def _tell_result(settings: Settings, result: RunResult) -> None:
    if not result.succeeded:
        typer.secho(f"{result.on}: the night failed. {result.error}", fg="red", err=True)
        typer.secho("  What was published before stays as it was; correct the cause and run again.", err=True)
        typer.secho(f"  report:  {report_path(settings, result.on)}", err=True)
    _tell_checks(result)
    if result.succeeded:
        typer.echo(f"{result.on}: {result.notes.get('explanation', 'done')}")
        typer.echo(f"  data:    {result.notes.get('verdict', 'no report was written')}")
        typer.echo(f"  queue:   tidewaiter queue --date {result.on} --home {settings.home}")
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


def describe_result(settings: Settings, result: RunResult) -> dict[str, Any]:
    """Return a result as plain values for JSON."""
    return {
        "date": result.on.isoformat(),
        "job": result.job,
        "dagster_run_id": result.run_id,
        "succeeded": result.succeeded,
        "error": result.error,
        "notes": result.notes,
        "refused_files": refused_files(result),
        "failed_checks": [
            {"table": each.table, "check": each.check, "severity": each.severity, "found": each.found}
            for each in result.failed_checks
        ],
        "step_seconds": result.step_seconds,
        "lake": str(settings.lake),
        "release": result.notes.get("release"),
    }
