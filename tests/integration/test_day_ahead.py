"""Dates that the clock has not come to: run where files have landed, refused elsewhere.

Belongs here: nights, trainings and past dates in a calendar of their own.
Belongs elsewhere: dates before the first (test_command_line.py).
"""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from pipelines.partitions import AHEAD, DAILY
from tests.support.entry import ENTRY, entry, landing_file, write_csv
from tests.support.home import make_settings, options, read, run_command
from tidewaiter.settings import Settings

NIGHT = datetime.now(UTC).date() + timedelta(days=500)
DAYS = (NIGHT - timedelta(days=1), NIGHT)
ROWS = 6


@pytest.fixture(scope="module")
def ahead(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A few entries of two dates to come."""
    landing = tmp_path_factory.mktemp("landing")
    for number, day in enumerate(DAYS):
        rows = [entry(100 * number + each, filed_at=f"{day}T01:00:00Z") for each in range(ROWS)]
        write_csv(landing_file(landing, "low_value_entry", "a.csv", day), ENTRY, rows)
    return make_settings(tmp_path_factory.mktemp("ahead"), landing)


def run_on(settings: Settings, day: date, *words: str) -> tuple[int, str]:
    said = run_command(*words, day.isoformat(), *options(settings))
    return said.code, said.err


def test_a_night_to_come_is_run_with_its_past_where_files_have_landed_for_it(ahead: Settings) -> None:
    assert NIGHT.isoformat() not in DAILY.get_partition_keys()
    code, err = run_on(ahead, NIGHT, "nightly", "--date")
    assert code == 0, err
    assert [read(ahead, "core.shipment", day).height for day in DAYS] == [ROWS, ROWS]
    assert read(ahead, "queue.item", NIGHT).select(pl.col("date").unique()).item() == NIGHT


def test_a_training_may_follow_the_last_night_by_a_week(ahead: Settings) -> None:
    assert run_on(ahead, NIGHT + AHEAD, "train", "--as-of")[0] == 0
    code, err = run_on(ahead, NIGHT + AHEAD + timedelta(days=1), "train", "--as-of")
    assert (code, "has not begun, and nothing has landed for it" in err) == (2, True)
