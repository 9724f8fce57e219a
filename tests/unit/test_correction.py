"""Which landed file a corrected one is for, and how it lands."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.support.entry import DAY, ENTRY, entry, landing_file, write_csv
from tests.support.work import Bench, open_bench
from tidewaiter.errors import CorrectionError, FeedError, LandingError
from tidewaiter.ingest.correction import (
    Given,
    Target,
    choose_place,
    find_copy,
    find_target,
    land_file,
    set_aside,
)
from tidewaiter.ingest.low_value_entry import FEED
from tidewaiter.ingest.registry import name_feed
from tidewaiter.lake import hash_file

FOLDER = f"{FEED.folder}/{DAY}"
BAD = entry(1, mode_code="99")


@pytest.fixture
def work(bench: Bench) -> Bench:
    """A date whose `a.csv` has a held row, whose `b.csv.gz` is refused and whose `c.csv` is clean."""
    write_csv(landing_file(bench.landing, FEED.folder, "a.csv"), ENTRY, [BAD, entry(2)])
    landing_file(bench.landing, FEED.folder, "b.csv.gz").write_bytes(b"no gzip")
    write_csv(landing_file(bench.landing, FEED.folder, "c.csv"), ENTRY, [entry(3)])
    publish(bench)
    return bench


def publish(bench: Bench) -> None:
    bench.read(FEED)
    bench.keep(FEED)
    bench.publish("held.low_value_entry_file", "ledger_low_value_entry")


def corrected(folder: Path, name: str) -> Path:
    path = folder / "elsewhere" / name
    path.parent.mkdir(exist_ok=True)
    return write_csv(path, ENTRY, [entry(1), entry(2)])


def find(
    bench: Bench, path: Path, *, feed: str | None = None, on: date | None = None, corrects: str | None = None
) -> Target:
    return find_target(bench.lake, bench.landing, Given(path, feed, on, corrects))


@pytest.mark.parametrize(
    ("name", "original", "status"),
    [("a.csv", "a.csv", "accepted"), ("b.csv.gz", "b.csv.gz", "refused"), ("B.jsonl", "b.csv.gz", "refused")],
)
def test_the_ledger_says_what_a_file_of_the_same_name_or_stem_corrects(
    work: Bench, tmp_path: Path, name: str, original: str, status: str
) -> None:
    target = find(work, corrected(tmp_path, name))
    assert (target.feed, target.on, target.night) == (FEED, DAY, DAY)
    assert target.original is not None
    assert (target.original.file, target.original.status) == (f"{FOLDER}/{original}", status)


def test_a_file_that_was_accepted_whole_is_corrected_by_none(work: Bench, tmp_path: Path) -> None:
    with pytest.raises(CorrectionError, match=r"nothing says which feed and date c\.csv is for.*--feed and --date"):
        find(work, corrected(tmp_path, "c.csv"))
    assert find(work, corrected(tmp_path, "c.csv"), feed="low_value_entry", on=DAY).original is None


def test_a_name_that_two_dates_have_is_asked_about(work: Bench, tmp_path: Path) -> None:
    later = DAY + timedelta(days=1)
    write_csv(landing_file(work.landing, FEED.folder, "a.csv", later), ENTRY, [BAD, entry(5)])
    with open_bench(tmp_path, later) as tomorrow:
        publish(tomorrow)
    path = corrected(tmp_path, "a.csv")
    with pytest.raises(CorrectionError, match=rf"could correct any of {FOLDER}/a\.csv, .*{later}/a\.csv.*--corrects"):
        find(work, path)
    assert find(work, path, on=later).on == later
    assert find(work, path, corrects=f"{FOLDER}/a.csv").on == DAY


def test_the_corrected_file_can_be_named(work: Bench, tmp_path: Path) -> None:
    target = find(work, corrected(tmp_path, "mail attachment.csv"), corrects="a.csv")
    assert target.original is not None
    assert target.original.name == "a.csv"
    with pytest.raises(
        CorrectionError, match=r"no landed file c\.csv was refused .*those that were: .*a\.csv, .*b\.csv"
    ):
        find(work, corrected(tmp_path, "x.csv"), corrects="c.csv")


def test_a_file_in_the_landing_folder_says_feed_and_date_itself(work: Bench) -> None:
    path = write_csv(landing_file(work.landing, FEED.folder, "r2/a.csv"), ENTRY, [entry(1)])
    target = find(work, path)
    assert target.original is not None
    assert (target.on, target.original.file) == (DAY, f"{FOLDER}/a.csv")
    with pytest.raises(CorrectionError, match="has landed for low_value_entry on 2026-11-20"):
        find(work, path, on=DAY + timedelta(days=1))


def test_a_landed_file_may_be_tried_again_as_it_is(work: Bench) -> None:
    target = find(work, work.landing / FOLDER / "a.csv")
    assert target.original is not None
    assert target.original.sha256 == hash_file(work.landing / FOLDER / "a.csv")


def test_a_landed_file_that_was_edited_in_place_is_refused(work: Bench) -> None:
    path = write_csv(work.landing / FOLDER / "a.csv", ENTRY, [entry(1)])
    with pytest.raises(CorrectionError, match=r"a\.csv was changed after it was read"):
        find(work, path)


def test_a_file_that_lies_loose_in_the_landing_folder_is_refused(work: Bench) -> None:
    path = write_csv(work.landing / "a.csv", ENTRY, [entry(1)])
    with pytest.raises(LandingError, match="is in no folder LANDING/<feed>/<date>/"):
        find(work, path)


def test_a_taken_name_gets_a_folder_and_keeps_what_readers_tell_tables_by(work: Bench, tmp_path: Path) -> None:
    path = corrected(tmp_path, "a.csv")
    target = find(work, path)
    assert choose_place(work.landing, target, path, None) == "r2/a.csv"
    landed = land_file(work.landing, target, path, "r2/a.csv", hash_file(path))
    assert landed.read_bytes() == path.read_bytes()
    assert choose_place(work.landing, target, path, None) == "r3/a.csv"
    assert choose_place(work.landing, target, path, "new.csv") == "new.csv"
    assert find_copy(work.landing, target, hash_file(path)) == landed
    assert not list(work.landing.rglob(".*"))


@pytest.mark.parametrize("name", ["a.csv", "../a.csv", "/a.csv", ".a.csv", "x/.a", "x.csv.supersedes", ""])
def test_a_name_that_is_taken_or_that_no_night_reads_is_refused(work: Bench, tmp_path: Path, name: str) -> None:
    path = corrected(tmp_path, "a.csv")
    with pytest.raises(CorrectionError):
        choose_place(work.landing, find(work, path), path, name)


def test_a_file_that_changes_while_it_is_judged_does_not_land(work: Bench, tmp_path: Path) -> None:
    path = corrected(tmp_path, "a.csv")
    before = sorted(work.landing.rglob("*.csv"))
    with pytest.raises(CorrectionError, match="changed while it was read"):
        land_file(work.landing, find(work, path), path, "r2/a.csv", "0" * 64)
    assert sorted(work.landing.rglob("*.csv")) == before


def test_a_marker_is_written_once_and_never_changed(work: Bench, tmp_path: Path) -> None:
    path = corrected(tmp_path, "a.csv")
    target = find(work, path)
    assert target.original is not None
    final = land_file(work.landing, target, path, "r2/a.csv", hash_file(path))
    marker = set_aside(final, target.original)
    assert marker.read_text(encoding="utf-8") == f"{target.original.sha256}  {FOLDER}/a.csv\n"
    assert set_aside(final, target.original) == marker
    other = find(work, corrected(tmp_path, "b.csv")).original
    assert other is not None
    with pytest.raises(CorrectionError, match="replaces another file already"):
        set_aside(final, other)


@pytest.mark.parametrize("given", ["low_value_entry", "raw.low_value_entry", "held.low_value_entry"])
def test_a_feed_is_known_by_its_name_and_its_tables(given: str) -> None:
    assert name_feed(given) == FEED
    assert name_feed("watchlist/ofac_sdn") == name_feed("raw.ofac_alt")
    with pytest.raises(FeedError, match="there is no feed or table letters"):
        name_feed("letters")
