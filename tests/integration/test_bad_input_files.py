"""What bad files get, in every form that a feed may land in.

Belongs here: files refused with file, line, cause and fix; empty, repeated and oversized ones.
Belongs elsewhere: bad rows (test_bad_input_rows.py), whole nights (test_bad_input_nights.py).
"""

import gzip
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
import zstandard

from tests.support.entry import DAY, GOOD_FINDING, entry, landing_file
from tests.support.form import CSV_FORMS, FORMS, JSON_FORMS, TEXT_FORMS, build_plain, pack, write_form
from tests.support.work import Bench, open_bench
from tidewaiter.ingest.exam_finding import FEED as FINDINGS
from tidewaiter.ingest.feed import Feed
from tidewaiter.ingest.low_value_entry import FEED as ENTRIES
from tidewaiter.ingest.ocean_ams import FEED as BILLS
from tidewaiter.ingest.ocean_x12_309 import FEED as MANIFESTS
from tidewaiter.ingest.ofac_sdn import FEED as LISTS
from tidewaiter.ingest.reading import FileRecord

each_form = pytest.mark.parametrize("form", FORMS)
ROWS = [entry(number) for number in range(1, 6)]


def land(bench: Bench, form: str, plain: bytes, feed: Feed = ENTRIES, name: str = "a") -> Path:
    """Land the bytes of a file before packing."""
    path = landing_file(bench.landing, feed.folder, f"{name}.{form}", bench.on)
    path.write_bytes(pack(form, plain))
    return path


def read_bad(bench: Bench, feed: Feed = ENTRIES) -> FileRecord:
    """Read the one bad file of a date beside a good one, and return what was said of it: it must be complete."""
    records = {record.file: record for record in bench.read(feed)}
    (bad,) = [record for record in records.values() if record.status == "refused"]
    assert bad.file.startswith(f"{feed.folder}/{DAY}/")
    assert bad.cause
    assert bad.fix
    assert "Error" not in bad.cause, bad.cause
    nouns = [table.split(".")[1] for table in feed.tables]
    assert all(not bench.rows(f"select 1 from raw_{noun} where source_file = '{bad.file}'") for noun in nouns)
    return bad


def land_good(bench: Bench) -> None:
    write_form(landing_file(bench.landing, ENTRIES.folder, "z_good"), "csv", [entry(99)])


@each_form
def test_a_file_with_too_many_held_rows_is_refused_whole_with_the_top_three_rules(bench: Bench, form: str) -> None:
    bad = {"mode_code": "99", "port_code": "x", "value_usd": "-1", "quantity": "0"}
    rows = [entry(n, **dict(list(bad.items())[: 1 + n % 4]) if n % 2 else {}) for n in range(40)]
    write_form(landing_file(bench.landing, ENTRIES.folder, "a"), form, rows)
    land_good(bench)
    bench.read(ENTRIES)
    bench.keep(ENTRIES)
    ledger = bench.rows("select status, kept_n, held_n, cause, fix from ledger_low_value_entry order by file")
    assert ledger[0][:3] == ("refused", None, None)
    assert ledger[0][3].startswith("20 of 40 rows break their contract, most often ")
    assert ledger[0][3].partition("most often ")[2].count(",") == 2
    assert ledger[0][4]
    assert ledger[1][:3] == ("accepted", 1, 0)
    assert bench.rows("select entry_number from kept_low_value_entry") == [("ZZA00000099",)]
    assert bench.rows("select count(*) from held_low_value_entry") == [(0,)]


@each_form
def test_a_file_at_the_limit_is_kept(bench: Bench, form: str) -> None:
    rows = [entry(n, **({"mode_code": "99"} if n % 5 == 0 else {})) for n in range(40)]
    write_form(landing_file(bench.landing, ENTRIES.folder, "a"), form, rows)
    bench.read(ENTRIES)
    bench.keep(ENTRIES)
    assert bench.rows("select status, kept_n, held_n from ledger_low_value_entry") == [("accepted", 32, 8)]


@each_form
def test_a_file_without_a_required_column_is_refused(bench: Bench, form: str) -> None:
    land_good(bench)
    land(bench, form, build_plain(form, [{name: row[name] for name in row if name != "port_code"} for row in ROWS]))
    cause = read_bad(bench).cause or ""
    assert "required column port_code is" in cause
    assert cause.startswith("line 1: ") is form.startswith("csv")


@pytest.mark.parametrize("mark", [";", "\t", "|"])
@pytest.mark.parametrize("form", CSV_FORMS)
def test_another_delimiter_is_recognised(bench: Bench, form: str, mark: str) -> None:
    land_good(bench)
    land(bench, form, build_plain(form, ROWS).replace(b",", mark.encode()))
    bad = read_bad(bench)
    assert f"the delimiter looks like {mark!r}, not ','" in (bad.cause or "")
    assert "separated by commas" in (bad.fix or "")


@pytest.mark.parametrize("form", TEXT_FORMS)
def test_text_that_is_not_utf8_is_refused_with_its_line(bench: Bench, form: str) -> None:
    land_good(bench)
    land(bench, form, build_plain(form, ROWS).replace(b"ZZA00000003", b"ZZA0000\xff003"))
    assert (read_bad(bench).cause or "").startswith("line 4: " if form.startswith("csv") else "line 3: ")


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
@pytest.mark.parametrize("form", CSV_FORMS)
def test_another_encoding_is_refused(bench: Bench, form: str, encoding: str) -> None:
    land_good(bench)
    text = build_plain(form, [*ROWS, entry(7, consignee_name="Zoë")]).decode()
    land(bench, form, text.encode(encoding))
    assert "UTF-8" in f"{read_bad(bench).cause} {read_bad(bench).fix}"


@pytest.mark.parametrize("form", JSON_FORMS)
@pytest.mark.parametrize(
    ("line", "told"), [(b"{not json}", "line 3: "), (b'{"a": 1', "line 3: "), (b"[1, 2]", "not objects")]
)
def test_what_is_not_json_is_refused(bench: Bench, form: str, line: bytes, told: str) -> None:
    land_good(bench)
    lines = build_plain(form, ROWS).splitlines()
    land(bench, form, b"\n".join([*lines[:2], line, *lines[2:]]) + b"\n")
    bad = read_bad(bench)
    assert told in (bad.cause or "")
    assert "one object a line" in (bad.fix or "").lower() or "one JSON object a line" in (bad.fix or "")


@pytest.mark.parametrize("left", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("form", [form for form in TEXT_FORMS if "." in form])
def test_a_packed_file_that_is_cut_short_is_refused(bench: Bench, form: str, left: float) -> None:
    land_good(bench)
    rows = [entry(n, description=random.Random(n).randbytes(20).hex()) for n in range(200)]
    path = write_form(landing_file(bench.landing, ENTRIES.folder, "a"), form, rows)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * left)])
    bad = read_bad(bench)
    assert "damaged or cut short" in (bad.cause or "")
    assert bad.fix == "ask for the file again"


@pytest.mark.parametrize("form", [form for form in TEXT_FORMS if "." in form])
def test_a_packed_file_that_is_none_is_refused(bench: Bench, form: str) -> None:
    land_good(bench)
    landing_file(bench.landing, ENTRIES.folder, f"a.{form}").write_bytes(build_plain(form, ROWS))
    assert "damaged or cut short" in (read_bad(bench).cause or "")


@pytest.mark.parametrize("damage", [lambda data: data[:-9], lambda data: data[9:], lambda _: b"PAR1"])
def test_parquet_that_is_cut_or_none_is_refused(bench: Bench, damage: object) -> None:
    land_good(bench)
    assert callable(damage)
    land(bench, "parquet", damage(build_plain("parquet", ROWS)))
    assert "not readable as Parquet" in (read_bad(bench).cause or "")


@pytest.mark.parametrize("form", CSV_FORMS)
def test_a_quote_that_is_never_closed_is_refused(bench: Bench, form: str) -> None:
    land_good(bench)
    land(bench, form, build_plain(form, ROWS).replace(b"ZZA00000003", b'"ZZA00000003'))
    assert "quote" in (read_bad(bench).cause or "").lower()


@pytest.mark.parametrize("form", CSV_FORMS)
def test_lines_that_end_both_ways_are_read_or_refused_in_words(bench: Bench, form: str) -> None:
    plain = build_plain(form, ROWS)
    land(bench, form, plain + plain.splitlines()[-1].replace(b"ZZA00000005", b"ZZA00000006") + b"\n")
    (record,) = bench.read(ENTRIES)
    if record.status == "refused":
        assert (record.cause or "").startswith("line ")
        assert "state machine" not in (record.cause or "")


def test_a_row_of_the_wrong_width_carries_its_line_and_nothing_else(bench: Bench) -> None:
    land(bench, "csv", build_plain("csv", ROWS) + b"ZZA,too,short\r\n")
    bench.read(ENTRIES)
    bench.keep(ENTRIES)
    assert bench.rows("select raw_text from held_low_value_entry") == [("ZZA,too,short",)]


FOREIGN: Mapping[str, tuple[Feed, str, bytes, str]] = {
    "finding": (FINDINGS, "f.csv", b"finding_id;shipment_ref\n1;2\n", "required column"),
    "bill name": (BILLS, "bills.csv", b"identifier\n1\n", "the name is not that of a table of the release"),
    "bill header": (BILLS, "ams__header_2026__202611181500.csv", b"identifier\n1\n", "required column"),
    "manifest": (MANIFESTS, "m.edi", b"hello", ""),
    "manifest set": (MANIFESTS, "m.edi", b"ISA*00*", ""),
    "list name": (LISTS, "people.csv", b"1,2\n", "the name is none of SDN.CSV"),
    "list": (LISTS, "SDN.CSV", b'1,"never closed\n', "quote"),
}


@pytest.mark.parametrize("case", FOREIGN)
@pytest.mark.parametrize("packing", ["", ".gz", ".zst"])
def test_files_of_other_feeds_are_refused_by_cause_and_fix_too(bench: Bench, case: str, packing: str) -> None:
    feed, name, plain, cause = FOREIGN[case]
    landing_file(bench.landing, feed.folder, name + packing).write_bytes(pack(packing, plain))
    assert cause in (read_bad(bench, feed).cause or "")


@pytest.mark.parametrize("form", TEXT_FORMS)
@pytest.mark.parametrize("plain", [b"", b"\n", b"\r\n\r\n"])
def test_an_empty_file_is_accepted_as_no_rows_and_said(bench: Bench, form: str, plain: bytes) -> None:
    land(bench, form, plain)
    (record,) = bench.read(ENTRIES)
    assert (record.status, record.rows_n, record.notes) == ("accepted", 0, "the file is empty")


@pytest.mark.parametrize("form", [*CSV_FORMS, "parquet"])
def test_a_file_of_columns_without_rows_is_accepted_as_no_rows(bench: Bench, form: str) -> None:
    if form == "parquet":
        pl.DataFrame(ROWS).clear().write_parquet(landing_file(bench.landing, ENTRIES.folder, "a.parquet"))
    else:
        land(bench, form, build_plain(form, ROWS).splitlines()[0] + b"\r\n")
    (record,) = bench.read(ENTRIES)
    assert (record.status, record.rows_n) == ("accepted", 0)


@each_form
def test_the_same_bytes_on_a_later_date_are_skipped_and_recorded(bench: Bench, tmp_path: Path, form: str) -> None:
    path = write_form(landing_file(bench.landing, ENTRIES.folder, "a"), form, ROWS)
    bench.read(ENTRIES)
    bench.keep(ENTRIES)
    bench.publish("held.low_value_entry_file", "ledger_low_value_entry")
    later = DAY + timedelta(days=1)
    landing_file(bench.landing, ENTRIES.folder, f"other_name.{form}", later).write_bytes(path.read_bytes())
    with open_bench(tmp_path, later) as tomorrow:
        (record,) = tomorrow.read(ENTRIES)
        assert (record.status, record.rows_n) == ("repeated", 0)
        assert record.cause == f"same bytes as {ENTRIES.folder}/{DAY}/a.{form}"
        tomorrow.keep(ENTRIES)
        assert tomorrow.rows("select status, kept_n from ledger_low_value_entry") == [("repeated", None)]


def test_the_same_bytes_twice_on_a_date_are_read_once(bench: Bench) -> None:
    rows = [GOOD_FINDING]
    for name in ("a", "b"):
        write_form(landing_file(bench.landing, FINDINGS.folder, name), "csv.gz", rows)
    assert [record.status for record in bench.read(FINDINGS)] == ["accepted", "repeated"]


def bomb(form: str, megabytes: int) -> bytes:
    """Return a small file that unpacks to many megabytes."""
    plain = build_plain(form, ROWS) + b"x" * (megabytes * 1_000_000)
    return gzip.compress(plain, 1) if form.endswith("gz") else zstandard.compress(plain)


@pytest.mark.parametrize("form", [form for form in TEXT_FORMS if "." in form])
def test_a_bomb_is_refused_before_it_is_written_out(bench: Bench, form: str) -> None:
    limit = 5_000_000
    limits = bench.policy.ingest.model_copy(update={"max_unpacked_bytes": limit})
    small = replace(bench, policy=replace(bench.policy, ingest=limits))
    land_good(small)
    path = landing_file(small.landing, ENTRIES.folder, f"a.{form}")
    path.write_bytes(bomb(form, 200))
    assert path.stat().st_size < 1_000_000
    bad = read_bad(small)
    assert bad.cause == "expands past 5,000,000 bytes"
    assert "max_unpacked_bytes in policy/ingest.yml" in (bad.fix or "")
    assert max(size for size in list_sizes(small.scratch)) <= limit


@pytest.mark.parametrize("form", [form for form in TEXT_FORMS if "." in form])
def test_a_bomb_is_refused_by_its_ratio_long_before_the_limit_of_any_file(bench: Bench, form: str) -> None:
    floor = 3_000_000
    limits = bench.policy.ingest.model_copy(update={"unpack_ratio_floor_bytes": floor})
    small = replace(bench, policy=replace(bench.policy, ingest=limits))
    land_good(small)
    path = landing_file(small.landing, ENTRIES.folder, f"a.{form}")
    path.write_bytes(bomb(form, 300))
    allowed = max(floor, int(limits.max_unpack_ratio * path.stat().st_size))
    assert allowed < 270_000_000
    bad = read_bad(small)
    assert bad.cause == f"expands past {allowed:,} bytes, from {path.stat().st_size:,}"
    assert "raise max_unpack_ratio in policy/ingest.yml" in (bad.fix or "")
    assert max(list_sizes(small.scratch)) <= allowed


def test_a_small_file_of_one_repeated_row_is_taken_whatever_its_ratio(bench: Bench) -> None:
    header, row = build_plain("csv", ROWS[:1]).decode().splitlines()
    path = landing_file(bench.landing, ENTRIES.folder, "a.csv.zst")
    path.write_bytes(zstandard.compress(f"{header}\n{(row + chr(10)) * 40_000}".encode()))
    assert path.stat().st_size * bench.policy.ingest.max_unpack_ratio < 40_000 * len(row)
    [record] = bench.read(ENTRIES)
    assert (record.status, record.rows_n) == ("accepted", 40_000)


def list_sizes(folder: Path) -> Sequence[int]:
    return [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
