"""When Dagster starts nights by itself."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from pipelines.resources import build_workspace
from pipelines.schedules import nightly_schedule, weekly_training
from pipelines.sensors import landed_files
from tests.support.entry import landing_file
from tidewaiter.lake import Lake
from tidewaiter.settings import SHIPPED_POLICY, Settings

TICK = datetime(2026, 11, 22, 2, tzinfo=UTC)
FIRST, SECOND = datetime(2026, 11, 18, tzinfo=UTC).date(), datetime(2026, 11, 19, tzinfo=UTC).date()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", landing=tmp_path / "landing", policy=SHIPPED_POLICY)


def ask(settings: Settings, cursor: str | None = None) -> tuple[list[str | None], str]:
    context = dg.build_sensor_context(cursor=cursor, resources={"workspace": build_workspace(settings)})
    result = landed_files(context)
    assert isinstance(result, dg.SensorResult)
    return [request.partition_key for request in result.run_requests or []], result.cursor or ""


def test_the_nightly_schedule_asks_for_the_day_before() -> None:
    request = nightly_schedule(dg.build_schedule_context(scheduled_execution_time=TICK))
    assert isinstance(request, dg.RunRequest)
    assert request.partition_key == "2026-11-21"


def test_training_is_as_of_its_own_day() -> None:
    request = weekly_training(dg.build_schedule_context(scheduled_execution_time=TICK))
    assert isinstance(request, dg.RunRequest)
    assert request.partition_key == "2026-11-22"


def test_each_set_of_files_of_a_date_is_asked_for_once(settings: Settings) -> None:
    for day in (SECOND, FIRST):
        landing_file(settings.landing, "low_value_entry", "a.csv", day).write_text("x")
    asked, cursor = ask(settings)
    assert asked == [FIRST.isoformat(), SECOND.isoformat()]
    assert ask(settings, cursor)[0] == []
    landing_file(settings.landing, "exam_finding", "f.csv", SECOND).write_text("y")
    assert ask(settings, cursor)[0] == [SECOND.isoformat()]


def test_dates_with_a_queue_are_left_when_the_sensor_is_switched_on(settings: Settings) -> None:
    for day in (FIRST, SECOND):
        landing_file(settings.landing, "low_value_entry", "a.csv", day).write_text("x")
    with Lake(settings.lake).staging() as folder:
        (folder / "q").write_text("q")
        Lake(settings.lake).publish(folder / "q", "queue.summary", FIRST)
    assert ask(settings)[0] == [SECOND.isoformat()]


def test_a_folder_for_a_day_to_come_stops_nothing(settings: Settings) -> None:
    later = datetime.now(UTC).date() + timedelta(days=40)
    for day in (FIRST, later):
        landing_file(settings.landing, "low_value_entry", "a.csv", day).write_text("x")
    (settings.landing / "low_value_entry" / "2026-02-31").mkdir()
    assert ask(settings)[0] == [FIRST.isoformat()]
