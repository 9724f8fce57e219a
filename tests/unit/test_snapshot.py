"""Which copy of a dated list a night uses, and what is said when it is not the newest, old or not there at all."""

import gzip
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import pytest

from assets.landing import publish_raw
from assets.reference import LIST_CHECKS, build_outputs
from data_quality.expected import AGE
from pipelines.resources import Work
from tests.support.entry import DAY, landing_file
from tests.support.work import Bench, open_bench
from tidewaiter.errors import ListError
from tidewaiter.ingest import local_list, ofac_sdn, uflpa
from tidewaiter.ingest.feed import Feed
from tidewaiter.ingest.keeping import KeepRequest
from tidewaiter.ingest.reading import FileRecord, ReadRequest
from tidewaiter.ingest.reference import group_lists
from tidewaiter.ingest.registry import FEEDS, find_feed
from tidewaiter.ingest.snapshot import read_snapshot, read_state, require_usable
from tidewaiter.quality.store import MEASURE, list_parts, read_measures
from tidewaiter.settings import SHIPPED_POLICY, Settings

EARLIER = DAY - timedelta(days=9)
HEADER = "entity,aliases,sector,year_listed_as_stated,uflpa_2d2B_paragraph_as_stated\n"
GOOD = HEADER + "Invented Mill,IM,Yarn,2023,ii\n"
MANY_BROKEN = HEADER + "".join(f"Mill {i},,Yarn,1900,ii\n" for i in range(30))
LOCAL_HEADER = "name,aliases,country,reason,owner,valid_from,valid_to\n"
SDN = f'10,"EXAMPLE",-0- ,"P"{",-0- " * 8}\r\n\x1a'
ALT = '10,7,"aka","OTHER EXAMPLE",-0- \r\n\x1a'
ADD = '10,1,-0- ,-0- ,"Elbonia",-0- \r\n\x1a'


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with open_bench(tmp_path) as opened:
        opened.landing.mkdir()
        yield opened


def land(bench: Bench, feed: Feed, name: str, content: str | bytes, on: date = DAY) -> None:
    data = content.encode() if isinstance(content, str) else content
    landing_file(bench.landing, feed.folder, name, on).write_bytes(data)


def read(bench: Bench, feed: Feed) -> tuple[FileRecord, ...]:
    """Read the list as the night of the bench does, and publish what became of each file."""
    limits = bench.policy.ingest.model_copy(update={"max_unpacked_bytes": 10_000})
    request = ReadRequest(bench.landing, feed, bench.on, bench.scratch, limits)
    keeping = KeepRequest(bench.lake, bench.on, bench.codes, bench.policy.ingest)
    records = read_snapshot(bench.con, request, keeping)
    bench.publish(f"raw.{feed.noun}_file", f"raw_{feed.noun}_file")
    return records


def count(bench: Bench, noun: str) -> int:
    return int(bench.rows(f"select count(*) from raw_{noun}")[0][0])


def fail_by_header(bench: Bench) -> str:
    land(bench, uflpa.FEED, "new.csv", "entity;aliases\nMill;IM\n")
    return "required column entity, aliases is missing"


def fail_by_share(bench: Bench) -> str:
    land(bench, uflpa.FEED, "new.csv", MANY_BROKEN)
    return "30 of 30 rows break their contract, most often out_of_range_year_listed"


def fail_by_emptiness(bench: Bench) -> str:
    land(bench, uflpa.FEED, "new.csv", HEADER)
    return "the list is not whole: no usable row for raw.uflpa"


def fail_by_few_rows(bench: Bench) -> str:
    land(bench, uflpa.FEED, "new.csv", HEADER + "Mill,,Yarn,1900,ii\n")
    return "the list is not whole: no usable row for raw.uflpa"


def fail_by_damage(bench: Bench) -> str:
    land(bench, uflpa.FEED, "new.csv.gz", gzip.compress(GOOD.encode(), mtime=0)[:-9])
    return "damaged or cut short"


def fail_by_size(bench: Bench) -> str:
    land(bench, uflpa.FEED, "new.csv.gz", gzip.compress(b"x" * 20_000, mtime=0))
    return "expands past 10,000 bytes"


FAILURES = (fail_by_header, fail_by_share, fail_by_emptiness, fail_by_few_rows, fail_by_damage, fail_by_size)


@pytest.mark.parametrize("fail", FAILURES)
def test_the_copy_before_one_that_cannot_be_used_stays_in_use(bench: Bench, fail: Callable[[Bench], str]) -> None:
    land(bench, uflpa.FEED, "old.csv", GOOD, EARLIER)
    cause = fail(bench)
    old, new = read(bench, uflpa.FEED)
    assert (old.status, old.rows_n, new.status) == ("accepted", 1, "refused")
    assert cause in (new.cause or "")
    assert new.fix
    assert bench.rows("select entity from raw_uflpa") == [("Invented Mill",)]
    state = read_state(bench.lake, uflpa.FEED, DAY)
    assert state.in_use_on == EARLIER
    assert list(state.refused) == [new.file]
    require_usable([state])


@pytest.mark.parametrize("fail", FAILURES)
def test_without_an_earlier_copy_nothing_is_used_and_the_error_says_why(
    bench: Bench, fail: Callable[[Bench], str]
) -> None:
    cause = fail(bench)
    (record,) = read(bench, uflpa.FEED)
    assert count(bench, "uflpa") == 0
    with pytest.raises(ListError) as caught:
        require_usable([read_state(bench.lake, uflpa.FEED, DAY)])
    assert record.file in caught.value.cause
    assert cause in caught.value.cause
    assert "land the whole list again" in caught.value.fix


def test_the_newest_copy_at_or_before_the_date_is_used(bench: Bench) -> None:
    for name, on in (("a", EARLIER), ("b", DAY), ("c", DAY + timedelta(days=1))):
        land(bench, uflpa.FEED, f"{name}.csv", GOOD, on)
    (record,) = read(bench, uflpa.FEED)
    assert record.file == f"watchlist/uflpa/{DAY}/b.csv"
    assert read_state(bench.lake, uflpa.FEED, DAY).in_use_on == DAY


def test_a_good_file_beside_a_refused_one_of_the_same_copy_is_not_used(bench: Bench) -> None:
    for on in (EARLIER, DAY):
        for name, content in (("SDN.CSV", SDN), ("ALT.CSV", ALT), ("ADD.CSV", ADD)):
            land(bench, ofac_sdn.FEED, name, content, on)
    land(bench, ofac_sdn.FEED, "ADD.CSV", b'10,1,"\xff",-0- ,-0- ,-0- \r\n')
    records = {record.file.split("/", 2)[2]: record for record in read(bench, ofac_sdn.FEED)}
    assert {name: record.status for name, record in records.items()} == {
        **{f"{EARLIER}/{name}.CSV": "accepted" for name in ("SDN", "ALT", "ADD")},
        **{f"{DAY}/{name}.CSV": "refused" for name in ("SDN", "ALT", "ADD")},
    }
    assert records[f"{DAY}/SDN.CSV"].cause == f"not used: watchlist/ofac_sdn/{DAY}/ADD.CSV of the same list is refused"
    assert [count(bench, noun) for noun in ("ofac_sdn", "ofac_alt", "ofac_add")] == [1, 1, 1]


def test_a_copy_that_lacks_one_of_its_files_is_not_whole(bench: Bench) -> None:
    land(bench, ofac_sdn.FEED, "SDN.CSV", SDN)
    land(bench, ofac_sdn.FEED, "ADD.CSV", ADD)
    assert {record.cause for record in read(bench, ofac_sdn.FEED)} == {
        "the list is not whole: no usable row for raw.ofac_alt, ALT.CSV is missing or has no row"
    }


ANNEX = "hts_prefix,annex,metal_type,source,effective_date\n7610,1a,aluminum,p,2026-04-06\n"
DERIVATIVE = "hts_prefix,ch99_code,derivative_type,effective_date\n761010,9903.85.08,aluminum,2026-04-06\n"
METALS = find_feed("section_232")


@pytest.mark.parametrize(
    ("name", "content", "missing"),
    [
        ("annex.csv", ANNEX, "the file of derivative products (with a column derivative_type)"),
        ("derivative.csv", DERIVATIVE, "the file of annex products (with a column annex)"),
    ],
)
def test_a_tariff_list_without_one_of_its_two_files_leaves_the_copy_before_it_in_use(
    bench: Bench, name: str, content: str, missing: str
) -> None:
    land(bench, METALS, "annex.csv", ANNEX, EARLIER)
    land(bench, METALS, "derivative.csv", DERIVATIVE, EARLIER)
    land(bench, METALS, name, content)
    records = read(bench, METALS)
    assert [(record.status, record.file) for record in records] == [
        ("accepted", f"tariff/section_232/{EARLIER}/annex.csv"),
        ("accepted", f"tariff/section_232/{EARLIER}/derivative.csv"),
        ("refused", f"tariff/section_232/{DAY}/{name}"),
    ]
    assert f"{missing} is missing or has no row" in (records[-1].cause or "")
    assert read_state(bench.lake, METALS, DAY).in_use_on == EARLIER


@pytest.mark.parametrize("feed", [feed for feed in FEEDS if feed.is_snapshot], ids=lambda feed: feed.noun)
def test_every_list_but_the_own_one_needs_a_row_for_each_of_its_tables(feed: Feed) -> None:
    assert feed.needed_tables == (() if feed is local_list.FEED else feed.tables)
    assert len(feed.tables) == 1 or dict(feed.file_names).keys() == set(feed.tables)


def test_a_dated_folder_without_a_file_is_no_copy(bench: Bench) -> None:
    land(bench, uflpa.FEED, "old.csv", GOOD, EARLIER)
    landing_file(bench.landing, uflpa.FEED.folder, ".part").touch()
    assert [record.status for record in read(bench, uflpa.FEED)] == ["accepted"]
    assert read_state(bench.lake, uflpa.FEED, DAY).refused == {}


def test_a_local_list_may_be_emptied_but_not_spoilt(bench: Bench) -> None:
    land(bench, local_list.FEED, "old.csv", LOCAL_HEADER + "Sample,,,why,Desk 4,2026-01-01,\n", EARLIER)
    land(bench, local_list.FEED, "new.csv", LOCAL_HEADER)
    assert [record.status for record in read(bench, local_list.FEED)] == ["accepted"]
    assert count(bench, "local_list") == 0
    land(bench, local_list.FEED, "new.csv", LOCAL_HEADER + "Sample,,,,Desk 4,2026-01-01,\n")
    assert [record.status for record in read(bench, local_list.FEED)] == ["accepted", "refused"]
    assert count(bench, "local_list") == 1


def open_work(bench: Bench, on: date = DAY) -> Work:
    settings = Settings(bench.lake.root.parent, bench.landing, SHIPPED_POLICY)
    return Work(settings, bench.policy, bench.lake, on, bench.con, bench.scratch, is_rebuild=True)


def build(bench: Bench, on: date = DAY) -> dict[str, dg.AssetCheckResult]:
    """Build the watch lists of a date and return the checks of the reference table."""
    work = open_work(bench, on)
    feeds = group_lists(FEEDS)["watchlist"]
    for feed in feeds:
        list(publish_raw(work, feed))
    outputs = {output.table: output for output in build_outputs(work, "watchlist", feeds)}
    checks = outputs["reference.watchlist_entry"].checks
    assert {check.check_name for check in checks} == set(LIST_CHECKS)
    return {str(check.check_name): check for check in checks}


def texts(check: dg.AssetCheckResult) -> dict[str, str]:
    return {key: str(value.value) for key, value in check.metadata.items()}


def test_the_check_says_which_copy_is_in_use_how_old_it_is_and_why(bench: Bench) -> None:
    land(bench, uflpa.FEED, "old.csv", GOOD, EARLIER)
    cause = fail_by_header(bench)
    check = build(bench)["newest_in_use"]
    assert (check.passed, check.severity) == (False, dg.AssetCheckSeverity.ERROR)
    told = texts(check)["watchlist/uflpa"]
    assert f"the copy of {EARLIER} is in use, 9 days old" in told
    assert f"watchlist/uflpa/{DAY}/new.csv" in told
    assert cause in told
    assert "Fix: " in told
    assert bench.rows("select name, snapshot_on from reference_watchlist_entry order by name") == [
        ("IM", EARLIER), ("Invented Mill", EARLIER),
    ]  # fmt: skip


def test_lists_that_never_landed_are_named_and_none_of_them_stops_the_night(bench: Bench) -> None:
    land(bench, uflpa.FEED, "new.csv", GOOD)
    checks = build(bench)
    assert (checks["lists_landed"].passed, checks["lists_landed"].severity) == (False, dg.AssetCheckSeverity.WARN)
    assert sorted(texts(checks["lists_landed"])) == [
        f"watchlist/{code}" for code in ("bis_dpl", "csl", "local", "ofac_cons", "ofac_sdn", "wro")
    ]
    assert checks["newest_in_use"].passed


@pytest.mark.parametrize(("age", "passed"), [(30, True), (31, False)])
def test_a_list_older_than_policy_allows_is_used_with_a_warning(bench: Bench, age: int, passed: bool) -> None:
    land(bench, uflpa.FEED, "old.csv", GOOD, DAY - timedelta(days=age))
    check = build(bench)["lists_recent"]
    assert (check.passed, check.severity) == (passed, dg.AssetCheckSeverity.WARN)
    assert ("31 days old; the limit is 30" in texts(check).get("watchlist/uflpa", "")) is not passed


def test_the_age_that_is_measured_is_that_of_the_copy_in_use(bench: Bench) -> None:
    land(bench, uflpa.FEED, "old.csv", GOOD, EARLIER)
    fail_by_header(bench)
    list(publish_raw(open_work(bench), uflpa.FEED))
    measures = [each for path in list_parts(bench.lake, MEASURE, DAY) for each in read_measures(path)]
    assert [each.value for each in measures if (each.table, each.measure) == ("raw.uflpa", AGE)] == [9.0]


def test_a_list_without_a_usable_copy_stops_its_tables(bench: Bench) -> None:
    fail_by_header(bench)
    with pytest.raises(ListError, match=r"no landed copy of watchlist/uflpa can be used.*new\.csv"):
        build(bench)


def test_a_list_is_screened_against_from_its_own_day_on(bench: Bench) -> None:
    land(bench, uflpa.FEED, "new.csv", GOOD)
    build(replace(bench, on=EARLIER), EARLIER)
    assert bench.rows("select count(*) from reference_watchlist_entry") == [(0,)]
    build(bench)
    assert bench.rows("select count(*) from reference_watchlist_entry") == [(2,)]
