"""Files that a later file of the same feed and date replaces, as a marker beside it says."""

from datetime import timedelta
from pathlib import Path

import pytest

from data_quality.contract import load_contracts
from tests.support.entry import DAY, ENTRY, entry, landing_file, write_csv
from tests.support.work import Bench, open_bench
from tidewaiter.ingest.ledger import LEDGER
from tidewaiter.ingest.low_value_entry import FEED
from tidewaiter.ingest.reading import FileRecord
from tidewaiter.ingest.stale import LAST_TABLES, list_stale_dates
from tidewaiter.ingest.superseded import SUFFIX, write_marker
from tidewaiter.lake import hash_file

FOLDER = FEED.folder


def land(bench: Bench, name: str, *numbers: int, **changes: str) -> Path:
    return write_csv(landing_file(bench.landing, FOLDER, name), ENTRY, [entry(each, **changes) for each in numbers])


def land_marker(bench: Bench, name: str, text: str) -> Path:
    path = landing_file(bench.landing, FOLDER, name + SUFFIX)
    path.write_text(text, encoding="utf-8")
    return path


def read(bench: Bench) -> dict[str, FileRecord]:
    return {record.file.rpartition("/")[2]: record for record in bench.read(FEED)}


def test_a_file_that_a_marker_names_is_not_read_and_says_what_replaces_it(bench: Bench) -> None:
    first, second = land(bench, "a.csv", 1, mode_code="99"), land(bench, "b.csv", 1)
    write_marker(second, hash_file(first), "a.csv")
    records = read(bench)
    assert {name: record.status for name, record in records.items()} == {
        "a.csv": "superseded", "b.csv": "accepted", "b.csv.supersedes": "marker",
    }  # fmt: skip
    assert records["a.csv"].cause == f"{FOLDER}/{DAY}/b.csv replaces it"
    assert records["b.csv.supersedes"].cause == f"{FOLDER}/{DAY}/b.csv replaces {FOLDER}/{DAY}/a.csv"
    assert bench.rows("select distinct source_file from raw_low_value_entry") == [(f"{FOLDER}/{DAY}/b.csv",)]


def test_a_superseded_file_counts_no_row_and_the_ledger_keeps_its_contract(bench: Bench) -> None:
    write_marker(land(bench, "b.csv", 1), hash_file(land(bench, "a.csv", 2)), "a.csv")
    bench.read(FEED)
    bench.keep(FEED)
    rows = bench.rows("select status, rows_n, kept_n, held_n from ledger_low_value_entry order by file")
    assert rows == [("superseded", None, None, None), ("accepted", 1, 1, 0), ("marker", None, None, None)]


def test_a_replaced_replacement_is_replaced_too(bench: Bench) -> None:
    first, second, third = (land(bench, f"{name}.csv", number) for number, name in enumerate("abc"))
    write_marker(second, hash_file(first), "a.csv")
    write_marker(third, hash_file(second), "b.csv")
    statuses = {name: record.status for name, record in read(bench).items() if not name.endswith(SUFFIX)}
    assert statuses == {"a.csv": "superseded", "b.csv": "superseded", "c.csv": "accepted"}


def test_a_marker_in_the_form_of_sha256sum_may_name_several_files(bench: Bench) -> None:
    hashes = [hash_file(land(bench, f"{name}.csv", number)) for number, name in enumerate("ab")]
    land(bench, "c.csv", 3)
    land_marker(bench, "c.csv", f"{hashes[0]}  a.csv\r\n\n{hashes[1].upper()} *b.csv\r\n")
    assert [record.status for record in read(bench).values()] == ["superseded", "superseded", "accepted", "marker"]


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("a.csv\n", "line 1: no SHA-256"),
        ("\n" + "0" * 64, "line 2: no file of this date has the SHA-256"),
        ("", "the marker names no file"),
        ("\xff\x00", "line 1: no SHA-256"),
    ],
)
def test_a_marker_that_cannot_be_followed_is_refused_and_sets_nothing_aside(
    bench: Bench, text: str, cause: str
) -> None:
    land(bench, "a.csv", 1), land(bench, "b.csv", 2)
    land_marker(bench, "b.csv", text)
    records = read(bench)
    assert [record.status for record in records.values()] == ["accepted", "accepted", "refused"]
    assert (records["b.csv.supersedes"].cause or "").startswith(cause)
    assert records["b.csv.supersedes"].fix


def test_a_marker_whose_file_is_not_there_is_refused(bench: Bench) -> None:
    land_marker(bench, "b.csv", f"{hash_file(land(bench, 'a.csv', 1))}  a.csv\n")
    records = read(bench)
    assert [record.status for record in records.values()] == ["accepted", "refused"]
    assert records["b.csv.supersedes"].cause == "b.csv, which the marker belongs to, is not beside it"


def test_no_chain_of_markers_makes_all_of_its_files_disappear(bench: Bench) -> None:
    first, second = land(bench, "a.csv", 1), land(bench, "b.csv", 2)
    write_marker(second, hash_file(first), "a.csv")
    write_marker(first, hash_file(second), "b.csv")
    statuses = {name: record.status for name, record in read(bench).items()}
    assert sorted(statuses.values()) == ["accepted", "marker", "refused", "superseded"]


def test_a_marker_of_another_date_sets_nothing_aside(bench: Bench) -> None:
    first = land(bench, "a.csv", 1)
    other = write_csv(landing_file(bench.landing, FOLDER, "b.csv", DAY - timedelta(days=1)), ENTRY, [entry(2)])
    write_marker(other, hash_file(first), "a.csv")
    assert [record.status for record in read(bench).values()] == ["accepted"]


def test_a_marker_alone_makes_its_date_stale(bench: Bench) -> None:
    first, second = land(bench, "a.csv", 1), land(bench, "b.csv", 2)
    bench.read(FEED)
    bench.keep(FEED)
    bench.con.execute(
        """
        create temp table core_landed_file as
        select *, '2026-11-20'::timestamp as landed_at, false as is_late, null::varchar as touched_dates
        from ledger_low_value_entry
        """
    )
    bench.publish(LEDGER, "core_landed_file")
    for table in set(LAST_TABLES) - {LEDGER}:
        bench.lake.path(table, DAY).parent.mkdir(parents=True)
        bench.lake.path(table, DAY).touch()
    after = DAY + timedelta(days=1)
    assert list_stale_dates(bench.lake, bench.landing, after, 7) == []
    write_marker(second, hash_file(first), "a.csv")
    assert list_stale_dates(bench.lake, bench.landing, after, 7) == [DAY]


def test_a_superseded_file_that_lands_again_later_is_a_repeat(bench: Bench, tmp_path: Path) -> None:
    first = land(bench, "a.csv", 1)
    write_marker(land(bench, "b.csv", 1, value_usd="2"), hash_file(first), "a.csv")
    bench.read(FEED)
    bench.keep(FEED)
    bench.publish("held.low_value_entry_file", "ledger_low_value_entry")
    later = DAY + timedelta(days=1)
    landing_file(bench.landing, FOLDER, "again.csv", later).write_bytes(first.read_bytes())
    with open_bench(tmp_path, later) as tomorrow:
        (record,) = tomorrow.read(FEED)
    assert (record.status, record.cause) == ("repeated", f"same bytes as {FOLDER}/{DAY}/a.csv")


def test_every_table_of_files_knows_every_status() -> None:
    tables = [each for each in load_contracts().values() if {"file", "status"} <= set(each.column_names)]
    known = {each.table: each.column("status").rules[0].arguments["value_set"] for each in tables}
    assert set(map(tuple, known.values())) == {("accepted", "refused", "repeated", "superseded", "marker")}, known
