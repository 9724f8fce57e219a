"""The feed of e-commerce entries: three formats, bad files, bad rows, versions."""

import gzip
from typing import Any

import polars as pl
import pytest

from data_quality.relation import is_table
from tests.support.entry import DAY, ENTRY, entry, landing_file, write_csv, write_json_lines
from tests.support.work import Bench
from tidewaiter.ingest import mapping
from tidewaiter.ingest.low_value_entry import FEED
from tidewaiter.ingest.mapping import CORE_TABLES, map_core
from tidewaiter.ingest.reading import FileRecord
from tidewaiter.ingest.version import LookBack

FOLDER = "low_value_entry"


def read_one(bench: Bench) -> FileRecord:
    (record,) = bench.read(FEED)
    return record


def land(bench: Bench, name: str, content: bytes) -> None:
    landing_file(bench.landing, FOLDER, name).write_bytes(content)


def test_the_three_formats_give_the_same_kept_rows(bench: Bench) -> None:
    rows = [entry(1), entry(2, value_usd="7")]
    kept = []
    for name in ("a.csv", "a.jsonl", "a.parquet"):
        path = landing_file(bench.landing, FOLDER, name)
        if name.endswith("csv"):
            write_csv(path, ENTRY, rows)
        elif name.endswith("jsonl"):
            write_json_lines(path, rows)
        else:
            pl.DataFrame(rows).with_columns(pl.col("value_usd").cast(pl.Float64)).write_parquet(path)
        bench.read(FEED)
        bench.keep(FEED)
        columns = "columns(* exclude (source_file, source_line, source_sha256))"
        kept.append(bench.rows(f"select {columns} from kept_low_value_entry order by all"))
        path.unlink()
    assert kept[0] == kept[1] == kept[2]
    assert len(kept[0]) == 2


def test_a_compressed_file_reads_like_the_plain_one(bench: Bench) -> None:
    plain = write_csv(bench.scratch / "x.csv", ENTRY, [entry(1)])
    land(bench, "a.csv.gz", gzip.compress(plain.read_bytes(), mtime=0))
    assert (read_one(bench).status, read_one(bench).rows_n) == ("accepted", 1)


@pytest.mark.parametrize(
    ("name", "content", "cause"),
    [
        ("a.csv", b"entry_number;line_number\nZZA00000001;1\n", "the delimiter looks like ';'"),
        ("a.csv", b"entry_number,line_number\nZZA00000001,1\n", "required column"),
        ("a.csv", b"entry_number,entry_number\n1,1\n", "required column"),
        ("a.jsonl", b'{"entry_number": "ZZA00000001"}\n', "required column"),
        ("a.jsonl", b"{not json\n", "JSON"),
        ("a.parquet", b"PAR1 no", "not readable as Parquet"),
        ("a.csv.gz", gzip.compress(b"entry_number,line_number\n" * 1000, mtime=0)[:40], "damaged or cut short"),
        ("a.xlsx", b"PK", "is not a format of this feed"),
        ("a.csv", b"\r\nentry_number,line_number\n", "the header is blank"),
        ("a.jsonl", b'{"value_usd": 1, "Value_USD": 2}\n', "differ in case only"),
        ("a.jsonl", b'{"": 1}\n', "a column without a name"),
    ],
)
def test_a_file_that_is_not_what_it_claims_is_refused_by_name(
    bench: Bench, name: str, content: bytes, cause: str
) -> None:
    land(bench, name, content)
    record = read_one(bench)
    assert record.status == "refused"
    assert record.file == f"{FOLDER}/{DAY}/{name}"
    assert cause in (record.cause or "")
    assert record.fix


def test_text_that_is_not_utf8_is_refused_with_its_line(bench: Bench) -> None:
    path = write_csv(landing_file(bench.landing, FOLDER, "a.csv"), ENTRY, [entry(1), entry(2), entry(3)])
    path.write_bytes(path.read_bytes().replace(b"ZZA00000002", b"ZZA0000\xff002"))
    record = read_one(bench)
    assert record.status == "refused"
    assert (record.cause or "").startswith("line 3: text is not UTF-8")


def test_a_refused_file_leaves_no_row_and_the_others_go_on(bench: Bench) -> None:
    write_csv(landing_file(bench.landing, FOLDER, "good.csv"), ENTRY, [entry(1)])
    land(bench, "bad.csv", b"nothing,here\n1,2\n")
    statuses = {record.file.rsplit("/", 1)[-1]: record.status for record in bench.read(FEED)}
    assert statuses == {"bad.csv": "refused", "good.csv": "accepted"}
    assert bench.rows("select count(*) from raw_low_value_entry") == [(1,)]


@pytest.mark.parametrize("content", [b"", b"\n"])
def test_an_empty_file_is_accepted_as_no_rows(bench: Bench, content: bytes) -> None:
    land(bench, "a.csv", content)
    assert (read_one(bench).status, read_one(bench).rows_n) == ("accepted", 0)


def test_a_header_without_rows_is_accepted_as_no_rows(bench: Bench) -> None:
    write_csv(landing_file(bench.landing, FOLDER, "a.csv"), ENTRY, [])
    assert (read_one(bench).status, read_one(bench).rows_n) == ("accepted", 0)


def test_an_unknown_column_is_kept_raw_and_named(bench: Bench) -> None:
    write_json_lines(landing_file(bench.landing, FOLDER, "a.jsonl"), [{**entry(1), "colour": "blue"}])
    record = read_one(bench)
    assert record.notes == "unknown column colour is kept in the raw layer only"
    assert bench.rows("select other_columns from raw_low_value_entry") == [('{"colour":"blue"}',)]


def test_the_same_bytes_again_are_skipped_and_recorded(bench: Bench) -> None:
    for name in ("a.csv", "b.csv"):
        write_csv(landing_file(bench.landing, FOLDER, name), ENTRY, [entry(1)])
    first, second = bench.read(FEED)
    assert (first.status, second.status) == ("accepted", "repeated")
    assert second.cause == f"same bytes as {first.file}"


def test_a_row_of_the_wrong_width_is_held_with_its_line_and_text(bench: Bench) -> None:
    path = write_csv(landing_file(bench.landing, FOLDER, "a.csv"), ENTRY, [entry(n) for n in range(1, 5)])
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines[:2], "ZZA,too,short", *lines[2:]]) + "\n", encoding="utf-8")
    bench.read(FEED)
    bench.keep(FEED)
    held = bench.rows("select source_line, broken_rules, raw_text from held_low_value_entry")
    assert held == [(3, ["wrong_column_count"], "ZZA,too,short")]
    assert bench.rows("select source_line from kept_low_value_entry order by 1") == [(2,), (4,), (5,), (6,)]


def test_a_file_with_too_many_held_rows_is_refused_whole(bench: Bench) -> None:
    rows = [entry(n, **({"mode_code": "99"} if n % 3 == 0 else {})) for n in range(1, 31)]
    write_csv(landing_file(bench.landing, FOLDER, "a.csv"), ENTRY, rows)
    bench.read(FEED)
    bench.keep(FEED)
    ((status, cause),) = bench.rows("select status, cause from ledger_low_value_entry")
    assert status == "refused"
    assert cause == "10 of 30 rows break their contract, most often unknown_mode_code"
    assert bench.rows("select count(*) from kept_low_value_entry") == [(0,)]


def test_one_key_with_two_contents_at_one_time_holds_both(bench: Bench) -> None:
    rows = [entry(1), entry(1, value_usd="99"), entry(2), entry(2)]
    write_csv(landing_file(bench.landing, FOLDER, "a.csv"), ENTRY, rows)
    bench.read(FEED)
    bench.keep(FEED)
    assert bench.rows("select source_line, broken_rules from held_low_value_entry order by 1") == [
        (2, ["conflicting_duplicate"]),
        (3, ["conflicting_duplicate"]),
    ]
    assert bench.rows("select rows_n, kept_n, held_n from ledger_low_value_entry") == [(4, 2, 2)]
    assert bench.rows("select count(*) from kept_low_value_entry") == [(1,)]


def map_entries(bench: Bench, rows: list[dict[str, str]]) -> None:
    write_csv(landing_file(bench.landing, FOLDER, "a.csv"), ENTRY, rows)
    bench.read(FEED)
    bench.keep(FEED)
    bench.map(FEED)


def test_an_amended_line_replaces_the_earlier_one_and_history_is_kept(bench: Bench) -> None:
    later = {"filed_at": "2026-11-20T05:00:00Z", "record_status": "amended", "value_usd": "50"}
    map_entries(bench, [entry(1), entry(1, line_number="2"), entry(1, **later)])
    assert bench.rows("select value_usd::double, lines_n, versions_n from core_shipment") == [(69.9, 2, 2)]
    versions = bench.rows("select record_status, is_current from core_shipment_version order by filed_at")
    assert versions == [("new", False), ("amended", True)]


def test_a_cancelled_entry_is_in_the_history_only(bench: Bench) -> None:
    later = {"filed_at": "2026-11-20T05:00:00Z", "record_status": "cancelled"}
    map_entries(bench, [entry(1), entry(1, **later), entry(2)])
    assert bench.rows("select shipment_id from core_shipment") == [("entry:ZZA00000002",)]
    assert bench.rows("select distinct shipment_id from core_shipment_line") == [("entry:ZZA00000002",)]
    assert bench.rows("select count(*) from core_shipment_version") == [(3,)]


def read_core(bench: Bench) -> dict[str, list[tuple[Any, ...]]]:
    return {table: bench.rows(f"select * from {table.replace('.', '_')} order by all") for table in CORE_TABLES}


def test_many_rows_are_mapped_by_way_of_files_to_the_same_tables(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    later = {"filed_at": "2026-11-20T05:00:00Z", "record_status": "amended", "value_usd": "50"}
    gone = entry(3, record_status="cancelled")
    map_entries(bench, [entry(1), entry(1, line_number="2"), entry(1, **later), entry(2), gone])
    in_memory = read_core(bench)
    monkeypatch.setattr(mapping, "FEW_ROWS", 0)
    map_core(bench.con, (FEED,), LookBack(bench.lake, bench.on, 30), bench.scratch)
    assert not is_table(bench.con, "core_shipment")
    assert read_core(bench) == in_memory
    assert len(in_memory["core.shipment"]) == 2


def test_a_hidden_file_is_not_read(bench: Bench) -> None:
    landing_file(bench.landing, FOLDER, ".notes").write_text("x")
    assert bench.read(FEED) == ()


@pytest.mark.parametrize("name", ["[a].csv", "*.csv", "a b's.csv", "x?.csv", "日本.csv"])
def test_a_file_is_read_as_itself_whatever_its_name(bench: Bench, name: str) -> None:
    write_csv(landing_file(bench.landing, FOLDER, "a.csv"), ENTRY, [entry(1), entry(2)])
    write_csv(landing_file(bench.landing, FOLDER, name), ENTRY, [entry(3)])
    rows = {record.file.rsplit("/", 1)[-1]: record.rows_n for record in bench.read(FEED)}
    assert rows == {"a.csv": 2, name: 1}
    assert bench.rows("select count(*) from raw_low_value_entry") == [(3,)]


def test_a_refused_json_file_names_its_line_and_quotes_nothing(bench: Bench) -> None:
    land(bench, "a.jsonl", b'{"consignee_name": "Pat Example"}\n{"consignee_name": "Pat Example", bad\n')
    record = read_one(bench)
    assert (record.cause or "").startswith("line 2: ")
    assert "Pat" not in (record.cause or "")


def test_the_bytes_of_a_refused_file_are_read_again(bench: Bench) -> None:
    for name in ("a.csv", "b.csv"):
        land(bench, name, b"nothing,here\n1,2\n")
    assert [record.status for record in bench.read(FEED)] == ["refused", "refused"]


@pytest.mark.parametrize("moment", ["infinity", "290000-01-01T00:00:00Z", "0001-01-01T00:00:00Z"])
def test_a_time_that_cannot_be_meant_is_unreadable(bench: Bench, moment: str) -> None:
    write_csv(landing_file(bench.landing, FOLDER, "a.csv"), ENTRY, [entry(1, filed_at=moment)])
    bench.read(FEED)
    bench.keep(FEED)
    assert bench.rows("select broken_rules from held_low_value_entry") == [(["unreadable_filed_at"],)]
