"""Homes in which nights run: jobs, commands, copies, and the bytes that a home holds.

Belongs here: builders without assertions.
Belongs elsewhere: landing files (entry.py), tests.
"""

import io
import shutil
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pipelines.night import open_runner
from pipelines.resources import HISTORY_JOB
from pipelines.result import RunResult
from tidewaiter.cli import main
from tidewaiter.lake import Lake, hash_file
from tidewaiter.settings import SHIPPED_POLICY, Settings


@dataclass(frozen=True)
class Said:
    """What a command printed and its exit code."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Built:
    """A home, its last date, and what came of the last run in it."""

    settings: Settings
    on: date
    result: RunResult


def make_settings(folder: Path, landing: Path, policy: Path = SHIPPED_POLICY) -> Settings:
    """Return settings whose home is not made yet."""
    return Settings(home=folder / "home", landing=landing, policy=policy)


def run_job(settings: Settings, job: str, *days: date) -> list[RunResult]:
    """Run a job for each date, past dates as a command builds them, and return what came of each."""
    with open_runner(settings, lambda _: None) as runner:
        return [runner.build(job, day) if job == HISTORY_JOB else runner.run(job, day) for day in days]


def run_command(*words: str | Path) -> Said:
    """Run the command line in this process."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["tidewaiter", *(str(word) for word in words)])
        with pytest.raises(SystemExit) as ended:
            main()
    return Said(int(ended.value.code or 0), out.getvalue(), err.getvalue())


def options(settings: Settings) -> tuple[str | Path, ...]:
    """Return the options that name the folders of the settings."""
    return ("--home", settings.home, "--landing", settings.landing, "--policy", settings.policy)


def copy_home(settings: Settings, folder: Path) -> Settings:
    """Return settings of a copy of the home, its run history included."""
    shutil.copytree(settings.home, folder / "home", symlinks=True)
    return replace(settings, home=folder / "home")


def read(settings: Settings, table: str, on: date) -> pl.DataFrame:
    """Return a published partition."""
    return pl.read_parquet(Lake(settings.lake).existing(table, on), hive_partitioning=False)


def hash_files(folder: Path) -> dict[str, str]:
    """Return path below the folder -> SHA-256 of every file."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hash_file(path) for path in sorted(found)}


def list_states(folder: Path) -> dict[str, tuple[int, int]]:
    """Return path below the folder -> size and time of change of every file."""
    found = ((path, path.stat()) for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): (state.st_size, state.st_mtime_ns) for path, state in found}
