"""What a night would make of a corrected file, found out without landing it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.support.entry import DAY, ENTRY, Row, entry, landing_file, write_csv
from tests.support.home import hash_files
from tests.support.work import Bench as Work
from tests.support.work import open_bench
from tidewaiter.ingest.feed import Feed
from tidewaiter.ingest.low_value_entry import FEED
from tidewaiter.ingest.ocean_ams import FEED as BILLS
from tidewaiter.ingest.trial import Bench, Beside, count_unkeyed_repeats, covers, judge_alone, judge_beside
from tidewaiter.lake import hash_file

GOOD = [entry(number) for number in range(30)]
BAD = [entry(40, mode_code="99"), entry(41, value_usd="-1")]
FIXED = [entry(40), entry(41, value_usd="1")]
HEADER = (
    "identifier,estimated_arrival_date,carrier_code,vessel_name,port_of_unlading,foreign_port_of_lading,"
    "manifest_quantity,manifest_unit,weight,weight_unit,record_status_indicator\n"
)
BILL = '{},2026-11-25,ABCD,EXAMPLE SHIP,"Savannah, Georgia","Santos,Brazil",120,CTN,1000,Pounds,New\n'


@pytest.fixture
def work(bench: Work) -> Work:
    """A date whose `a.csv` has thirty rows kept and two held."""
    write_csv(landing_file(bench.landing, FEED.folder, "a.csv"), ENTRY, [*GOOD, *BAD])
    bench.read(FEED)
    bench.keep(FEED)
    bench.publish("held.low_value_entry", "held_low_value_entry")
    bench.publish("held.low_value_entry_file", "ledger_low_value_entry")
    return bench


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "corrected"


def open_trial(work: Work, folder: Path, feed: Feed = FEED) -> Bench:
    scratch = folder / "scratch"
    scratch.mkdir(parents=True)
    return Bench(work.con, scratch, work.policy, feed, DAY)


def write(folder: Path, rows: Sequence[Row]) -> Path:
    folder.mkdir(exist_ok=True)
    return write_csv(folder / "a.csv", ENTRY, rows)


def judge(work: Work, folder: Path, rows: Sequence[Row], superseded: str | None = None) -> Beside:
    path = write(folder, rows)
    return judge_beside(open_trial(work, folder), work.landing, path, superseded=superseded, published=work.lake)


def test_a_file_alone_has_its_rows_kept_and_held_by_rule(work: Work, folder: Path) -> None:
    path = write(folder, [*GOOD[:3], *BAD])
    alone = judge_alone(open_trial(work, folder), path, "own")
    assert (alone.record.status, alone.record.rows_n, alone.kept_n, alone.held_n) == ("accepted", 5, 3, 2)
    assert alone.rules == {"out_of_range_value_usd": 1, "unknown_mode_code": 1}


def test_a_file_that_cannot_be_read_says_why(work: Work, folder: Path) -> None:
    bench = open_trial(work, folder)
    (folder / "a.csv").write_text("a;b\n", encoding="utf-8")
    record = judge_alone(bench, folder / "a.csv", "own").record
    assert record.status == "refused"
    assert "the delimiter looks like ';'" in (record.cause or "")


def test_a_whole_corrected_file_repeats_what_was_kept_and_conflicts_with_nothing(work: Work, folder: Path) -> None:
    found = judge(work, folder, [*GOOD, *FIXED])
    assert (found.status, found.kept_n, found.held_n) == ("accepted", 32, 0)
    assert (found.repeats_n, found.displaced_n, found.refused) == (30, 0, ())


def test_only_the_corrected_rows_are_simply_kept(work: Work, folder: Path) -> None:
    found = judge(work, folder, FIXED)
    assert (found.kept_n, found.held_n, found.repeats_n, found.displaced_n) == (2, 0, 0, 0)


def test_a_row_kept_before_with_other_content_is_a_conflict_that_displaces_it(work: Work, folder: Path) -> None:
    found = judge(work, folder, [entry(0, value_usd="77"), *FIXED])
    assert (found.kept_n, found.held_n, found.displaced_n) == (2, 1, 1)
    assert found.rules == {"conflicting_duplicate": 1}


def test_an_amendment_with_a_later_time_is_no_conflict(work: Work, folder: Path) -> None:
    later = entry(0, value_usd="77", filed_at="2026-11-20T05:00:00Z", record_status="amended")
    found = judge(work, folder, [later, *FIXED])
    assert (found.kept_n, found.held_n, found.displaced_n) == (3, 0, 0)


def test_conflicts_that_would_refuse_an_earlier_file_are_named(work: Work, folder: Path) -> None:
    found = judge(work, folder, [*GOOD[10:], *(entry(number, value_usd="77") for number in range(8))])
    assert found.status == "refused"
    assert found.refused == (f"{FEED.folder}/{DAY}/a.csv",)


def test_a_file_that_replaces_its_original_is_judged_without_it(work: Work, folder: Path) -> None:
    sha256 = hash_file(work.landing / FEED.folder / str(DAY) / "a.csv")
    found = judge(work, folder, [entry(0, value_usd="77"), *FIXED], superseded=sha256)
    assert (found.kept_n, found.held_n, found.repeats_n, found.displaced_n) == (3, 0, 0, 0)


def test_the_same_bytes_are_judged_as_the_file_that_has_landed(work: Work, folder: Path) -> None:
    found = judge(work, folder, [*GOOD, *BAD])
    assert (found.status, found.kept_n, found.held_n, found.displaced_n) == ("accepted", 30, 2, 0)


def test_judging_changes_neither_the_landing_folder_nor_the_lake(work: Work, folder: Path) -> None:
    before = hash_files(work.landing), hash_files(work.lake.root)
    judge(work, folder, [*GOOD, *FIXED])
    assert (hash_files(work.landing), hash_files(work.lake.root)) == before


@pytest.mark.parametrize(("rows", "whole"), [([*GOOD, *FIXED], True), ([*GOOD[1:], *FIXED], False), (FIXED, False)])
def test_a_file_covers_another_when_it_has_every_row_kept_of_it(
    work: Work, folder: Path, rows: Sequence[Row], whole: bool
) -> None:
    path = write(folder, rows)
    bench = open_trial(work, folder)
    judge_alone(bench, path, "own")
    judge_alone(bench, work.landing / FEED.folder / str(DAY) / "a.csv", "earlier")
    assert covers(bench, "own", "earlier") is whole
    assert count_unkeyed_repeats(bench, "own", "earlier") == 0


@pytest.fixture
def bills(tmp_path: Path) -> Iterator[Work]:
    with open_bench(tmp_path) as bench:
        header = landing_file(bench.landing, BILLS.folder, "ams__header_2026__202611181500.csv")
        header.write_text(HEADER + BILL.format("202611010001") + BILL.format("202611010002"), encoding="utf-8")
        yield bench


def test_a_child_finds_its_parent_in_another_file_and_repeats_of_it_are_counted(bills: Work, folder: Path) -> None:
    rows = "identifier,container_number\n202611010001,ABCU1234567\n202611010002,ABCU1234568\n202611010009,ABCU1234569\n"
    bench = open_trial(bills, folder, BILLS)
    path = folder / "ams__container_2026__202611181500.csv"
    path.write_text(rows, encoding="utf-8")
    alone = judge_alone(bench, path, "own")
    beside = judge_beside(bench, bills.landing, path, superseded=None, published=bills.lake)
    assert (alone.kept_n, alone.held_n) == (3, 0), alone.rules
    assert (beside.kept_n, beside.held_n, beside.rules) == (2, 1, {"orphan_ocean_ams_container": 1})
    path.write_text(rows.replace("0009,", "0008,"), encoding="utf-8")
    (folder / "more").mkdir()
    judge_alone(Bench(bills.con, folder / "more", bills.policy, BILLS, DAY), path, "later")
    assert count_unkeyed_repeats(bench, "later", "own") == 2
