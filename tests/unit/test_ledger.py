"""The ledger of a date: when each file landed, whether it is late, and which earlier dates it touched."""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.entry import ENTRY, landing_file, write_csv
from tests.support.filing import day, file_entry, land
from tests.support.work import Bench, open_bench
from tidewaiter.errors import LandingError
from tidewaiter.ingest.landed import find_file, name_file
from tidewaiter.ingest.ledger import LedgerRequest, gather_ledger
from tidewaiter.ingest.low_value_entry import FEED


def gather(bench: Bench) -> None:
    bench.land(FEED)
    bench.publish("held.low_value_entry_file", "ledger_low_value_entry")
    gather_ledger(bench.con, LedgerRequest(bench.lake, bench.landing, bench.on, (FEED,)))


def set_time(path: Path, on: date, hour: int) -> None:
    moment = datetime(on.year, on.month, on.day, hour, tzinfo=UTC).timestamp()
    os.utime(path, (moment, moment))


@pytest.mark.parametrize(("days", "is_late"), [(0, False), (1, False), (2, True)])
def test_a_file_is_late_when_it_landed_more_than_a_day_after_its_date(tmp_path: Path, days: int, is_late: bool) -> None:
    with open_bench(tmp_path, day(0)) as bench:
        path = write_csv(landing_file(bench.landing, FEED.folder, "a.csv", bench.on), ENTRY, [file_entry(1, 0)])
        set_time(path, day(days), 23)
        gather(bench)
        landed_at = datetime.combine(day(0) + timedelta(days=days), datetime.min.time()).replace(hour=23)
        assert bench.rows("select landed_at, is_late, touched_dates, kept_n from core_landed_file") == [
            (landed_at, is_late, None, 1)
        ]


def test_a_file_names_the_earlier_dates_whose_shipments_it_replaced_or_removed(tmp_path: Path) -> None:
    land(tmp_path, 0, file_entry(1, 0), file_entry(2, 0), file_entry(4, 0))
    land(tmp_path, 1, file_entry(3, 1), file_entry(2, 1, status="amended"))
    with open_bench(tmp_path, day(2)) as bench:
        filings = {
            "amends.csv": [file_entry(1, 2, status="amended"), file_entry(3, 2, status="cancelled")],
            "new.csv": [file_entry(5, 2)],
            "older.csv": [file_entry(2, 0, hour=5), file_entry(4, 0)],
            "overtaken.csv": [file_entry(1, 1, hour=7, status="amended")],
        }
        for name, rows in filings.items():
            write_csv(landing_file(bench.landing, FEED.folder, name, bench.on), ENTRY, rows)
        gather(bench)
        touched = bench.rows("select parse_filename(file), touched_dates from core_landed_file order by file")
    expected = {**dict.fromkeys(filings), "amends.csv": f"{day(0)}, {day(1)}"}
    assert dict(touched) == expected


def test_a_file_whose_name_is_not_utf_8_is_read_and_named_with_its_bytes(tmp_path: Path) -> None:
    with open_bench(tmp_path, day(0)) as bench:
        plain = write_csv(landing_file(bench.landing, FEED.folder, "a.csv", bench.on), ENTRY, [file_entry(1, 0)])
        path = plain.rename(plain.with_name(os.fsdecode(b"entr\xe9es.csv")))
        gather(bench)
        name = f"{FEED.folder}/{bench.on}/entr\\xe9es.csv"
        assert bench.rows("select file, status, kept_n from core_landed_file") == [(name, "accepted", 1)]
        assert name_file(bench.landing, path) == name
        assert find_file(bench.landing, name) == path


def test_a_file_that_is_gone_before_the_ledger_is_an_error_that_names_it(tmp_path: Path) -> None:
    with open_bench(tmp_path, day(0)) as bench:
        path = write_csv(landing_file(bench.landing, FEED.folder, "a.csv", bench.on), ENTRY, [file_entry(1, 0)])
        bench.land(FEED)
        bench.publish("held.low_value_entry_file", "ledger_low_value_entry")
        path.unlink()
        with pytest.raises(LandingError, match=r"a\.csv was read for .* no longer there"):
            gather_ledger(bench.con, LedgerRequest(bench.lake, bench.landing, bench.on, (FEED,)))
