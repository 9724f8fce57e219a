"""What `nightly`, `backfill`, `train` and `sample` tell of the dates that are built on the way, and how they end.

Belongs here: exit codes and JSON of refused files and of failures before a night, with jobs that only pretend.
Belongs elsewhere: the jobs (tests/integration), which dates are stale (test_stale.py).
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from pipelines.result import FailedCheck, RunResult
from sample_data.make import DEFAULT_LAST_DAY as LAST_DAY
from tests.support.home import make_settings
from tidewaiter.command import run, sample
from tidewaiter.errors import DateError, TidewaiterError
from tidewaiter.lake import Lake
from tidewaiter.settings import Settings

FIRST = date(2026, 11, 1)
DAYS = [FIRST + timedelta(days=place) for place in range(3)]
BEFORE = FIRST - timedelta(days=1)


@dataclass
class Jobs:
    """Stands for a runner: what is stale before each date, what is refused or fails, what was run."""

    settings: Settings
    stale: dict[date, list[date]] = field(default_factory=dict)
    refused: set[date] = field(default_factory=set)
    failing: set[date] = field(default_factory=set)
    ran: list[tuple[str, date]] = field(default_factory=list)

    def stale_dates(self, before: date) -> list[date]:
        return self.stale.pop(before, [])

    def count_steps(self, _: str) -> int:
        return 1

    def run(self, job: str, on: date) -> RunResult:
        self.ran.append((job, on))
        return self._finish(job, on)

    def build(self, job: str, on: date) -> RunResult:
        return self._finish(job, on)

    def _finish(self, job: str, on: date) -> RunResult:
        bad = {f"low_value_entry/{on}/bad.csv": "it is not UTF-8"}
        checks = (FailedCheck("raw.low_value_entry", "files_accepted", "ERROR", bad),) if on in self.refused else ()
        error = "step core: the disk is full" if on in self.failing else None
        return RunResult(job, on, "a-run", error is None, error, checks, {}, {"explanation": "done", "release": "r"})


@pytest.fixture
def jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Jobs:
    settings = make_settings(tmp_path, tmp_path)
    made = Jobs(settings)

    @contextmanager
    def open_jobs(*_: object) -> Iterator[Jobs]:
        yield made

    monkeypatch.setattr(run, "open_runner", open_jobs)
    monkeypatch.setattr(sample, "open_runner", open_jobs)
    return made


def test_training_ends_with_one_where_a_date_built_on_the_way_has_a_refused_file(
    jobs: Jobs, capsys: pytest.CaptureFixture[str]
) -> None:
    jobs.stale, jobs.refused = {FIRST: [BEFORE]}, {BEFORE}
    assert run.run_training(jobs.settings, FIRST, as_json=True) == 1
    said = capsys.readouterr()
    assert json.loads(said.out)["succeeded"]
    assert json.loads(said.out)["refused_files"] == [f"low_value_entry/{BEFORE}/bad.csv: it is not UTF-8"]
    assert f"low_value_entry/{BEFORE}/bad.csv" in said.err
    assert run.run_training(jobs.settings, FIRST, as_json=True) == 0, "it is told once, when the date is built"


def test_a_night_lists_the_refused_files_of_the_dates_built_for_it(
    jobs: Jobs, capsys: pytest.CaptureFixture[str]
) -> None:
    jobs.stale, jobs.refused = {FIRST: [BEFORE]}, {BEFORE, FIRST}
    assert run.run_nights(jobs.settings, DAYS[:2], as_json=True) == 1
    first, second = json.loads(capsys.readouterr().out)
    assert [each.split(":")[0] for each in first["refused_files"]] == [
        f"low_value_entry/{on}/bad.csv" for on in (BEFORE, FIRST)
    ]
    assert second["refused_files"] == []


def test_nights_before_a_history_that_fails_are_told_and_the_one_after_it_has_failed(
    jobs: Jobs, capsys: pytest.CaptureFixture[str]
) -> None:
    jobs.stale, jobs.refused, jobs.failing = {DAYS[1]: [BEFORE]}, {FIRST}, {BEFORE}
    assert run.run_nights(jobs.settings, DAYS, as_json=True) == 1
    done, failed = json.loads(capsys.readouterr().out)
    assert (done["date"], done["succeeded"], len(done["refused_files"])) == (str(FIRST), True, 1)
    assert (failed["date"], failed["succeeded"]) == (str(DAYS[1]), False)
    assert failed["error"].startswith(f"history of {BEFORE}: step core: the disk is full")
    assert jobs.ran == [("nightly", FIRST)]


def test_nights_before_a_history_that_fails_are_told_in_words_with_what_its_checks_found(
    jobs: Jobs, capsys: pytest.CaptureFixture[str]
) -> None:
    earlier = BEFORE - timedelta(days=1)
    jobs.stale, jobs.refused, jobs.failing = {DAYS[1]: [earlier, BEFORE]}, {earlier}, {BEFORE}
    assert run.run_nights(jobs.settings, DAYS, as_json=False) == 1
    said = capsys.readouterr()
    assert f"{FIRST}: done" in said.out
    assert f"low_value_entry/{earlier}/bad.csv" in said.err
    assert f"{DAYS[1]}: the night failed. history of {BEFORE}: step core: the disk is full" in said.err
    assert "report:" not in said.err, "there is none of a night that was not begun"


def test_what_is_done_is_told_whatever_ends_the_nights(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(job: str, on: date) -> RunResult:
        if on == DAYS[1]:
            raise KeyboardInterrupt
        return jobs._finish(job, on)

    monkeypatch.setattr(jobs, "run", stop)
    with pytest.raises(KeyboardInterrupt):
        run.run_nights(jobs.settings, DAYS, as_json=True)
    assert [each["date"] for each in json.loads(capsys.readouterr().out)] == [str(FIRST)]


def test_a_date_that_no_night_can_have_stops_a_backfill_before_its_first_night(jobs: Jobs) -> None:
    with pytest.raises(DateError):
        run.run_nights(jobs.settings, [FIRST, date(9999, 1, 1)], as_json=True)
    assert jobs.ran == []


def test_training_after_a_history_that_fails_is_not_begun(jobs: Jobs) -> None:
    jobs.stale, jobs.failing = {FIRST: [BEFORE]}, {BEFORE}
    with pytest.raises(TidewaiterError, match=f"history of {BEFORE}"):
        run.run_training(jobs.settings, FIRST, as_json=False)
    assert jobs.ran == []


@pytest.fixture
def quiet_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `sample` make no data and show an empty queue."""
    empty: Callable[[Lake, date, str], pl.DataFrame] = lambda *_: pl.DataFrame()  # noqa: E731
    monkeypatch.setattr(sample, "write_landing", lambda _: None)
    monkeypatch.setattr(sample, "read_queue", empty)
    monkeypatch.setattr(sample, "render_queue_table", lambda *_: None)


@pytest.mark.usefixtures("quiet_sample")
def test_the_sample_ends_with_one_where_a_date_built_on_the_way_has_a_refused_file(jobs: Jobs) -> None:
    assert sample.run_sample(jobs.settings) == 0
    jobs.stale, jobs.refused = {LAST_DAY: [BEFORE]}, {BEFORE}
    assert sample.run_sample(jobs.settings) == 1


@pytest.mark.usefixtures("quiet_sample")
def test_the_sample_trains_where_only_the_page_of_a_model_is_left(jobs: Jobs) -> None:
    version = f"{LAST_DAY}-0123abcd"
    jobs.settings.models.mkdir(parents=True)
    (jobs.settings.models / f"{version}.html").write_text("<p>a page")
    assert sample.run_sample(jobs.settings) == 0
    assert [job for job, _ in jobs.ran] == ["train", "nightly"]
    (jobs.settings.models / version).mkdir()
    assert sample.run_sample(jobs.settings) == 0
    assert [job for job, _ in jobs.ran] == ["train", "nightly", "nightly"]
