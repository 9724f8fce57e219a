"""Past dates in two processes: the same bytes as in one, refusals told, no orphan left."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from pipelines.history import FEWEST_DATES, build_history
from pipelines.jobs import HISTORY_FEATURES
from pipelines.night import open_runner
from sample_data.make import DEFAULT_LAST_DAY
from tests.support.entry import ENTRY, entry, landing_file, write_csv
from tests.support.home import hash_files, make_settings
from tidewaiter.settings import PROJECT

DAYS = [DEFAULT_LAST_DAY - timedelta(days=back) for back in range(FEWEST_DATES - 1, -1, -1)]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few entries a date, one file that repeats and one that is refused."""
    folder = tmp_path_factory.mktemp("small")
    for number, day in enumerate(DAYS):
        rows = [entry(100 * number + each, filed_at=f"{day}T01:00:00Z") for each in range(6)]
        write_csv(landing_file(folder, "low_value_entry", "a.csv", day), ENTRY, rows)
        write_csv(landing_file(folder, "low_value_entry", "again.csv", day), ENTRY, [entry(9999)])
    landing_file(folder, "low_value_entry", "bad.csv", DAYS[1]).write_text("nothing;here\n1;2\n")
    return folder


def test_two_processes_write_the_bytes_of_dagsters_own_runs(small: Path, tmp_path: Path) -> None:
    alone, followed = make_settings(tmp_path / "alone", small), make_settings(tmp_path / "followed", small)
    with open_runner(alone, lambda _: None) as runner:
        assert [runner.run("history", day).error for day in DAYS] == [None] * len(DAYS)
    with open_runner(followed, lambda _: None) as runner:
        results = list(build_history(runner, DAYS))
    assert {each.job for each in results} == {HISTORY_FEATURES.name}
    assert hash_files(followed.lake) == hash_files(alone.lake)
    refused = {each.on: check.found for each in results for check in each.failed_checks if check.severity == "ERROR"}
    assert list(refused) == [DAYS[1]]
    assert "bad.csv" in next(iter(refused[DAYS[1]]))


def test_the_landing_process_ends_when_its_parent_is_killed(small: Path, tmp_path: Path) -> None:
    settings = make_settings(tmp_path, small)
    script = (
        "import os, signal, sys; from pipelines.history import _landing_process; from datetime import date;"
        "from tidewaiter.settings import load_settings; days = [date(2026, 11, d) for d in range(1, 20)];\n"
        "with _landing_process(load_settings(), days) as (lines, _):\n"
        "    lines.readline(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    command = [sys.executable, "-c", script]
    environment = {**os.environ, **settings.to_environment()}
    settings.home.mkdir()
    ended = subprocess.run(command, cwd=PROJECT, env=environment, check=False, capture_output=True, timeout=120)
    assert ended.returncode == -signal.SIGKILL
    time.sleep(3)
    assert not _running(settings.home)


def _running(home: Path) -> list[str]:
    """Return the landing processes whose environment names the home."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words, environment = (folder / "cmdline").read_bytes(), (folder / "environ").read_bytes()
        except OSError:
            continue
        if b"pipelines.history" in words and str(home).encode() in environment:
            found.append(folder.name)
    return found
