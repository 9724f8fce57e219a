"""Versions of a shipment across dates: what a filing replaces, removes, repeats or contradicts.

Belongs here: core.shipment_version and core.shipment of a date that has seen earlier ones.
Belongs elsewhere: versions within one date (test_low_value_entry.py), sums over dates (test_party_history.py).
"""

from pathlib import Path

from tests.support.filing import day, file_entry, land, rows
from tidewaiter.ingest.version import COUNTED

STATE = ("landed_on", "record_status", "is_current", "was_current", "is_repeat", "is_conflict")
VERSION, SHIPMENT = "core.shipment_version", "core.shipment"


def states(folder: Path, place: int) -> list[tuple[object, ...]]:
    return rows(folder, VERSION, place, *STATE)


def test_an_amendment_of_a_later_date_replaces_and_the_earlier_date_stays(tmp_path: Path) -> None:
    land(tmp_path, 0, file_entry(1, 0), file_entry(2, 0))
    before = (tmp_path / "lake" / "core").rglob("*.parquet")
    bytes_before = {path: path.read_bytes() for path in before}
    land(tmp_path, 3, file_entry(1, 3, status="amended", value_usd="50"))
    assert states(tmp_path, 3) == [
        (day(0), "new", False, True, False, False),
        (day(3), "amended", True, False, False, False),
    ]
    assert rows(tmp_path, SHIPMENT, 3, "value_usd", *COUNTED) == [(50, 2, day(0), day(0))]
    assert {path: path.read_bytes() for path in bytes_before} == bytes_before


def test_a_first_version_replaces_nothing(tmp_path: Path) -> None:
    land(tmp_path, 0, file_entry(1, 0))
    assert rows(tmp_path, SHIPMENT, 0, *COUNTED) == [(1, day(0), None)]
    assert states(tmp_path, 0) == [(day(0), "new", True, False, False, False)]


def test_a_cancellation_of_a_later_date_is_in_the_versions_only(tmp_path: Path) -> None:
    land(tmp_path, 0, file_entry(1, 0), file_entry(2, 0))
    land(tmp_path, 1, file_entry(1, 1, status="cancelled"), file_entry(3, 1))
    assert rows(tmp_path, SHIPMENT, 1, "shipment_id") == [("entry:ZZA00000003",)]
    assert states(tmp_path, 1)[:2] == [
        (day(0), "new", False, True, False, False),
        (day(1), "cancelled", False, False, False, False),
    ]
    assert rows(tmp_path, "core.shipment_line", 1, "shipment_id") == [("entry:ZZA00000003",)]


def test_a_shipment_filed_again_after_its_cancellation_replaces_nothing(tmp_path: Path) -> None:
    land(tmp_path, 0, file_entry(1, 0))
    land(tmp_path, 1, file_entry(1, 1, status="cancelled"))
    land(tmp_path, 2, file_entry(1, 2, status="amended"))
    assert rows(tmp_path, SHIPMENT, 2, *COUNTED) == [(3, day(0), None)]
    assert [state[:4] for state in states(tmp_path, 2)] == [
        (day(0), "new", False, False),
        (day(1), "cancelled", False, False),
        (day(2), "amended", True, False),
    ]


def test_a_filing_older_than_the_version_that_stands_is_in_the_versions_only(tmp_path: Path) -> None:
    land(tmp_path, 1, file_entry(1, 1, hour=9))
    land(tmp_path, 2, file_entry(1, 0, hour=9, value_usd="7"))
    assert rows(tmp_path, SHIPMENT, 2, "shipment_id") == []
    assert states(tmp_path, 2) == [
        (day(2), "new", False, False, False, False),
        (day(1), "new", True, True, False, False),
    ]


def test_an_older_cancellation_removes_nothing(tmp_path: Path) -> None:
    land(tmp_path, 1, file_entry(1, 1, hour=9))
    land(tmp_path, 2, file_entry(1, 1, hour=8, status="cancelled"))
    assert [state[2:4] for state in states(tmp_path, 2)] == [(False, False), (True, True)]


def test_the_same_filing_again_on_a_later_date_is_a_repeat_and_counts_for_nothing(tmp_path: Path) -> None:
    land(tmp_path, 0, file_entry(1, 0))
    land(tmp_path, 1, file_entry(1, 0), file_entry(2, 1))
    assert rows(tmp_path, SHIPMENT, 1, "shipment_id") == [("entry:ZZA00000002",)]
    assert states(tmp_path, 1)[:2] == [
        (day(0), "new", True, True, False, False),
        (day(1), "new", False, False, True, False),
    ]
    land(tmp_path, 2, file_entry(1, 2, status="amended"))
    assert rows(tmp_path, SHIPMENT, 2, *COUNTED) == [(2, day(0), day(0))]


def test_another_content_at_the_same_time_of_filing_does_not_replace_and_is_marked(tmp_path: Path) -> None:
    land(tmp_path, 0, file_entry(1, 0), file_entry(2, 0))
    land(tmp_path, 1, file_entry(1, 0, value_usd="7"), file_entry(2, 0, status="cancelled"))
    assert rows(tmp_path, SHIPMENT, 1, "shipment_id") == []
    tonight = [state for state in states(tmp_path, 1) if state[0] == day(1)]
    assert tonight == [
        (day(1), "new", False, False, True, True),
        (day(1), "cancelled", False, False, True, True),
    ]


def test_of_several_versions_of_several_dates_the_newest_filing_stands(tmp_path: Path) -> None:
    land(tmp_path, 0, file_entry(1, 0))
    land(tmp_path, 1, file_entry(1, 1, hour=2), file_entry(1, 1, hour=4, status="amended"))
    land(tmp_path, 2, file_entry(1, 1, hour=3, status="amended"))
    land(tmp_path, 5, file_entry(1, 5, status="amended"))
    assert rows(tmp_path, SHIPMENT, 1, *COUNTED) == [(3, day(0), day(0))]
    assert rows(tmp_path, SHIPMENT, 2, "shipment_id") == []
    assert rows(tmp_path, SHIPMENT, 5, *COUNTED) == [(5, day(0), day(1))]


def test_what_landed_before_the_window_is_known_through_a_date_within_it(tmp_path: Path) -> None:
    land(tmp_path, 0, file_entry(1, 9, hour=9))
    land(tmp_path, 20, file_entry(1, 3))
    land(tmp_path, 40, file_entry(1, 40, status="amended"))
    assert rows(tmp_path, SHIPMENT, 40, *COUNTED) == [(3, day(0), day(0))]


def test_a_version_older_than_the_window_is_not_looked_for(tmp_path: Path) -> None:
    land(tmp_path, 0, file_entry(1, 0), file_entry(2, 0))
    land(tmp_path, 30, file_entry(1, 30, status="amended"))
    land(tmp_path, 31, file_entry(2, 31, status="amended"))
    assert rows(tmp_path, SHIPMENT, 30, *COUNTED) == [(2, day(0), day(0))]
    assert rows(tmp_path, SHIPMENT, 31, *COUNTED) == [(1, day(31), None)]


def test_a_later_date_that_is_there_already_changes_nothing(tmp_path: Path) -> None:
    land(tmp_path, 0, file_entry(1, 0))
    land(tmp_path, 2, file_entry(1, 2, status="amended"))
    land(tmp_path, 1, file_entry(1, 1, status="amended", value_usd="3"))
    assert rows(tmp_path, SHIPMENT, 1, "value_usd", *COUNTED) == [(3, 2, day(0), day(0))]
