"""Where partitions are, and that one appears whole or not at all."""

import os
from datetime import date
from pathlib import Path

import pytest

from tidewaiter.errors import PartitionMissingError
from tidewaiter.lake import STAGING, Lake

DAY = date(2026, 11, 20)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path)


def publish(lake: Lake, on: date, text: str = "x") -> Path:
    with lake.staging() as folder:
        staged = folder / "a"
        staged.write_text(text)
        return lake.publish(staged, "core.shipment", on)


def test_a_partition_is_at_layer_noun_and_date(lake: Lake) -> None:
    assert lake.path("core.shipment", DAY) == lake.root / "core/shipment/date=2026-11-20/part.parquet"


def test_publishing_again_replaces_the_partition(lake: Lake) -> None:
    publish(lake, DAY, "old")
    assert publish(lake, DAY, "new").read_text() == "new"


def test_a_missing_partition_is_an_error_that_says_what_to_run(lake: Lake) -> None:
    with pytest.raises(PartitionMissingError, match="tidewaiter nightly --date 2026-11-20"):
        lake.existing("core.shipment", DAY)


def test_a_window_ends_the_day_before(lake: Lake) -> None:
    for day in (17, 18, 19, 20):
        publish(lake, date(2026, 11, day))
    found = [path.parent.name for path in lake.window("core.shipment", DAY, 2)]
    assert found == ["date=2026-11-18", "date=2026-11-19"]


def test_staging_is_gone_even_when_the_work_fails(lake: Lake) -> None:
    with pytest.raises(ZeroDivisionError), lake.staging():
        _ = 1 / 0
    assert list((lake.root / STAGING).iterdir()) == []


def test_sweeping_removes_what_dead_processes_left_and_nothing_else(lake: Lake) -> None:
    dead, alive = lake.root / STAGING / "999999999-a", lake.root / STAGING / f"{os.getpid()}-b"
    dead.mkdir(parents=True)
    alive.mkdir()
    assert lake.sweep() == ["999999999-a"]
    assert alive.exists()
