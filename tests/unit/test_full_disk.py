"""A full disk: known by the words of every engine that writes, and told as one error with what to do.

Belongs here: engines that find no room, by the device that is always full; what a command raises then.
Belongs elsewhere: nights that were stopped and begin again (tests/integration/test_interrupted.py).
"""

import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pyarrow.parquet as pq
import pytest

from pipelines import night
from pipelines.night import open_runner
from pipelines.resources import HISTORY_JOB
from pipelines.result import RunResult
from tests.support.home import make_settings
from tidewaiter import full_disk
from tidewaiter.errors import FullDiskError
from tidewaiter.full_disk import say_full, tell_full_disk
from tidewaiter.settings import Settings

ROWS = pl.DataFrame({"number": range(100_000)})
DAY = date(2026, 11, 20)


def fill_sqlite() -> None:
    with sqlite3.connect(":memory:") as con:
        con.execute("pragma max_page_count = 4")
        con.execute("create table line (said text)")
        con.executemany("insert into line values (?)", [("a" * 1000,)] * 100)


def spill_duckdb(folder: Path) -> None:
    """Sort more than the memory holds, with less room on the disk than that takes."""
    with duckdb.connect(config={"temp_directory": str(folder), "memory_limit": "60MB", "threads": 1}) as con:
        con.execute("set max_temp_directory_size = '1MB'")
        con.execute("create table line as select range::varchar || repeat('a', 40) as said from range(2000000)")
        con.execute("create table place as select row_number() over (order by said) from line")


def fail_over_sqlite() -> None:
    try:
        fill_sqlite()
    except sqlite3.OperationalError as problem:
        raise RuntimeError("the run could not be stored") from problem


WRITERS: dict[str, Callable[[Path], object]] = {
    "the system": lambda path: path.write_bytes(bytes(100_000)),
    "polars": ROWS.write_parquet,
    "polars as CSV": ROWS.write_csv,
    "pyarrow": lambda path: pq.write_table(ROWS.to_arrow(), path),
    "sqlite": lambda _: fill_sqlite(),
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "landing").mkdir()
    return make_settings(tmp_path, tmp_path / "landing")


@pytest.mark.parametrize("engine", WRITERS)
def test_every_engine_that_finds_no_room_is_understood(engine: str, tmp_path: Path) -> None:
    # A link, since an engine that fails may take away the file that it was to write.
    full = tmp_path / "full"
    full.symlink_to("/dev/full")
    said = pytest.raises(FullDiskError, match=f"the disk of {tmp_path} is full.* Fix: free some space")
    with said, tell_full_disk(tmp_path):
        WRITERS[engine](full)


def test_a_spill_that_finds_no_room_is_understood(tmp_path: Path) -> None:
    with pytest.raises(FullDiskError), tell_full_disk(tmp_path):
        spill_duckdb(tmp_path / "spill")


def test_a_cause_behind_another_error_is_read(tmp_path: Path) -> None:
    with pytest.raises(FullDiskError), tell_full_disk(tmp_path):
        fail_over_sqlite()


def test_any_other_error_is_as_it_was(tmp_path: Path) -> None:
    with pytest.raises(KeyError), tell_full_disk(tmp_path):
        raise KeyError("full")


@pytest.mark.parametrize(("least", "is_full"), [(0, False), (10**18, True)])
def test_an_input_output_error_of_sqlite_is_a_full_disk_only_where_little_is_free(
    least: int, *, is_full: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(full_disk, "LEAST_FREE_BYTES", least)
    said = say_full("(sqlite3.OperationalError) disk I/O error", tmp_path)
    assert (said is not None) == is_full


def test_a_runner_whose_history_finds_no_room_says_so(settings: Settings) -> None:
    with pytest.raises(FullDiskError), open_runner(settings, lambda _: None):
        fill_sqlite()


def test_the_failure_of_a_date_has_its_cause_and_what_to_do(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = RunResult(HISTORY_JOB, DAY, "a-run", False, "step core: IO Error: No space left on device", (), {}, {})
    monkeypatch.setattr(night, "build_plain", lambda *_: failed)
    with open_runner(settings, lambda _: None) as runner:
        error = runner.build(HISTORY_JOB, DAY).error
    assert error is not None
    assert error.startswith("step core: IO Error")
    assert f"cause: the disk of {settings.home} is full" in error
    assert "fix: free some space there" in error
