"""Builds past dates: entries and manifests in one process, all that follows from them in another that follows it.

Landing a date needs the landing of the dates before it; its features need that and the features of the dates before.
So two processes, one date apart or more, give the same bytes as one.

Belongs here: the order of the two halves, the process that lands.
Belongs elsewhere: which dates (tidewaiter/ingest/stale.py), what the halves are (jobs.py).
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import date
from typing import IO

from pipelines.home import open_instance
from pipelines.jobs import HISTORY_FEATURES, HISTORY_LANDING
from pipelines.night import Runner
from pipelines.resources import HISTORY_JOB
from pipelines.result import FailedCheck, RunResult
from tidewaiter.errors import TidewaiterError
from tidewaiter.full_disk import tell_full_disk
from tidewaiter.settings import PROJECT, Settings, load_settings

# The second process costs about four seconds to start.
FEWEST_DATES = 4


def build_history(runner: Runner, days: Sequence[date]) -> Iterator[RunResult]:
    """Build each date in order and yield what came of it; the first failure is the last result.

    Raises:
        TidewaiterError: when the process that lands ends without a word.
    """
    if len(days) < FEWEST_DATES or (os.cpu_count() or 1) < 2:
        results: Iterator[RunResult] = (runner.build(HISTORY_JOB, day) for day in days)
    else:
        results = _follow_landing(runner, days)
    for result in results:
        yield result
        if not result.succeeded:
            return


def _follow_landing(runner: Runner, days: Sequence[date]) -> Iterator[RunResult]:
    with _landing_process(runner.settings, days) as (lines, errors):
        for day in days:
            landed = _read_result(lines, errors, day)
            yield _join(landed, runner.build(HISTORY_FEATURES.name, day)) if landed.succeeded else landed


def _join(landed: RunResult, computed: RunResult) -> RunResult:
    """Return the second half's result with what the checks of the first found."""
    return replace(computed, failed_checks=landed.failed_checks + computed.failed_checks)


@contextmanager
def _landing_process(settings: Settings, days: Sequence[date]) -> Iterator[tuple[IO[str], IO[str]]]:
    """Yield the output of a process that lands the dates, one line a date, and what it says on failing."""
    command = [sys.executable, "-m", "pipelines.history", *(day.isoformat() for day in days)]
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as errors,
        subprocess.Popen(  # noqa: S603 - this interpreter and this module
            command,
            cwd=PROJECT,
            env={**os.environ, **settings.to_environment()},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        try:
            if process.stdout is None:
                raise TidewaiterError("the landing process has no output.")
            yield process.stdout, errors
        finally:
            process.terminate()


def _read_result(lines: IO[str], errors: IO[str], day: date) -> RunResult:
    """Return what came of a date's landing.

    Raises:
        TidewaiterError: when the process ended without saying it.
    """
    line = lines.readline()
    if not line:
        errors.seek(0)
        last = errors.read().strip().splitlines()[-1:] or ["it was killed"]
        raise TidewaiterError(f"landing {day} stopped: {last[0]}", fix="run the command again")
    said = json.loads(line)
    checks = tuple(FailedCheck(**check) for check in said["failed_checks"])
    error = said["error"]
    return RunResult(HISTORY_LANDING.name, day, said["run_id"], error is None, error, checks, said["step_seconds"], {})


def land_dates(settings: Settings, days: Sequence[date]) -> Iterator[RunResult]:
    """Land each date in order and yield what came of it, up to the first failure."""
    with open_instance(settings) as instance:
        runner = Runner(settings, instance, lambda _: None)
        for day in days:
            result = runner.build(HISTORY_LANDING.name, day)
            yield result
            if not result.succeeded:
                return


def _main(arguments: Sequence[str]) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    settings = load_settings()
    with tell_full_disk(settings.home):
        for result in land_dates(settings, [date.fromisoformat(each) for each in arguments]):
            sys.stdout.write(json.dumps(_describe(result)) + "\n")
            sys.stdout.flush()


def _describe(result: RunResult) -> dict[str, object]:
    return {
        "run_id": result.run_id,
        "error": result.error,
        "failed_checks": [asdict(check) for check in result.failed_checks],
        "step_seconds": result.step_seconds,
    }


def _end_with_parent() -> None:
    """End this process when the one that started it is gone, however it ended: its end of the pipe closes."""
    sys.stdin.read()
    os._exit(1)


if __name__ == "__main__":
    _main(sys.argv[1:])
