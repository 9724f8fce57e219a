"""What bad rows get, in every form that a feed may land in.

Belongs here: rows that break their contract, unknown columns, versions, conflicts, hostile text.
Belongs elsewhere: bad files (test_bad_input_files.py), whole nights (test_bad_input_nights.py).
"""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from data_quality.contract import load_contract
from tests.support.entry import GOOD_FINDING, entry, landing_file
from tests.support.form import FORMS, TEXT_FORMS, Row, write_form
from tests.support.work import Bench
from tidewaiter.ingest.exam_finding import FEED as FINDINGS
from tidewaiter.ingest.feed import Feed
from tidewaiter.ingest.low_value_entry import FEED as ENTRIES
from tidewaiter.ingest.ocean_ams import FEED as BILLS
from tidewaiter.ingest.ocean_x12_309 import FEED as MANIFESTS

each_form = pytest.mark.parametrize("form", FORMS)
LATER = "2026-11-20T05:00:00Z"
# What one row can break at once, and the rules that name it.
BROKEN = {
    "port_code": ("47", "malformed_port_code"),
    "mode_code": ("99", "unknown_mode_code"),
    "value_usd": ("-5", "out_of_range_value_usd"),
    "quantity": ("two", "unreadable_quantity"),
    "filed_at": ("yesterday", "unreadable_filed_at"),
    "house_bill": ("", "missing_house_bill"),
    "shipper_country": ("QQ", "unknown_shipper_country"),
    "hts10": ("", "missing_hts10"),
    "filer_code": ("ABC", "filer_not_in_entry_number"),
    "description": ("x" * 501, "too_long_description"),
}
MEGABYTES_10 = "x" * 10_000_000


def keep(bench: Bench, form: str, rows: Sequence[Row], feed: Feed = ENTRIES) -> dict[str, Any]:
    """Land rows, take them through reading and keeping, and return the ledger's row."""
    write_form(landing_file(bench.landing, feed.folder, "a"), form, rows)
    bench.read(feed)
    bench.keep(feed)
    return bench.con.sql(f"from ledger_{feed.noun}").pl().row(0, named=True)


def list_held(bench: Bench, feed: Feed = ENTRIES) -> list[dict[str, Any]]:
    return bench.con.sql(f"from held_{feed.noun} order by source_line").pl().to_dicts()


@each_form
def test_a_row_is_held_with_every_rule_it_breaks_and_each_row_is_kept_or_held(bench: Bench, form: str) -> None:
    broken = entry(5, **{column: value for column, (value, _) in BROKEN.items()})
    ledger = keep(bench, form, [entry(1), broken, entry(2), entry(6, port_code="x")])
    assert (ledger["status"], ledger["rows_n"], ledger["kept_n"], ledger["held_n"]) == ("accepted", 4, 2, 2)
    first, second = list_held(bench)
    assert first["broken_rules"] == sorted(rule for _, rule in BROKEN.values())
    assert second["broken_rules"] == ["malformed_port_code"]
    first_line = 3 if form.startswith("csv") else 2
    assert [first["source_line"], second["source_line"]] == [first_line, first_line + 2]


@each_form
def test_a_held_row_carries_every_column_as_it_was_filed(bench: Bench, form: str) -> None:
    filed = entry(5, mode_code="99", hts10="6109.10.00.12", value_usd="19.90", description=' two  spaces, a "quote" ')
    keep(bench, form, [filed])
    (held,) = list_held(bench)
    carried = {name: value for name, value in json.loads(held["raw_text"]).items() if value is not None}
    assert carried == {name: value for name, value in filed.items() if value}


@each_form
def test_a_held_row_carries_the_columns_that_no_contract_knows(bench: Bench, form: str) -> None:
    keep(bench, form, [{**entry(5, mode_code="99"), "colour": "blue", "a,b": "c"}])
    (held,) = list_held(bench)
    assert json.loads(json.loads(held["raw_text"])["other_columns"]) == {"colour": "blue", "a,b": "c"}


def test_the_contract_says_what_raw_text_is() -> None:
    for feed in (ENTRIES, BILLS, MANIFESTS, FINDINGS):
        said = load_contract(f"held.{feed.noun}").column("raw_text").description
        assert "JSON object of every column as read" in said
        assert "other_columns" in said


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("finding_code", "NONSENSE", "unknown_finding_code"),
        ("known_at", "2026-11-20T09:00:00Z", "known_before_examined"),
        ("loss_usd", "-1", "out_of_range_loss_usd"),
        ("seized", "perhaps", "unreadable_seized"),
        ("finding_id", "", "missing_finding_id"),
    ],
)
def test_a_bad_finding_is_held_by_its_rule(bench: Bench, column: str, value: str, rule: str) -> None:
    ledger = keep(bench, "csv", [GOOD_FINDING, {**GOOD_FINDING, "finding_id": "F2", column: value}], FINDINGS)
    assert (ledger["kept_n"], ledger["held_n"]) == (1, 1)
    assert [row["broken_rules"] for row in list_held(bench, FINDINGS)] == [[rule]]


CLEAN = {**GOOD_FINDING, "finding_code": "NO_DISCREPANCY", "loss_usd": "0", "seized": "false"}


@pytest.mark.parametrize("code", ["NO_DISCREPANCY", "CANCELLED", "NEVER_ARRIVED"])
@pytest.mark.parametrize("change", [{"loss_usd": "0.01"}, {"seized": "true"}, {"loss_usd": "", "seized": "true"}])
def test_a_finding_of_nothing_with_a_loss_or_a_seizure_is_held(bench: Bench, code: str, change: dict[str, str]) -> None:
    clean = {**CLEAN, "finding_code": code}
    rows = [clean, {**clean, "finding_id": "F2", "loss_usd": "", "seized": ""}, {**clean, "finding_id": "F3", **change}]
    ledger = keep(bench, "csv", rows, FINDINGS)
    assert (ledger["kept_n"], ledger["held_n"]) == (2, 1)
    assert [row["broken_rules"] for row in list_held(bench, FINDINGS)] == [["loss_without_violation"]]


HEADER = {
    "identifier": "202611010001", "carrier_code": "ABCD", "vessel_name": "EXAMPLE SHIP",
    "port_of_unlading": "Savannah, Georgia", "estimated_arrival_date": "2026-11-25",
    "foreign_port_of_lading": "Santos,Brazil", "manifest_quantity": "120", "manifest_unit": "CTN", "weight": "1000",
    "weight_unit": "Pounds", "record_status_indicator": "New",
}  # fmt: skip


@pytest.mark.parametrize("form", ["csv", "csv.gz", "csv.zst"])
def test_a_bad_ocean_bill_is_held_by_its_rules_and_its_children_with_it(bench: Bench, form: str) -> None:
    bad = {**HEADER, "identifier": "202611010002", "record_status_indicator": "Maybe", "weight": "heavy"}
    name = "ams__{}_2026__202611181500"
    boxes = [{"identifier": row["identifier"], "container_number": "ABCU1234567"} for row in (HEADER, bad)]
    write_form(landing_file(bench.landing, BILLS.folder, name.format("container")), form, boxes)
    write_form(landing_file(bench.landing, BILLS.folder, name.format("header")), form, [HEADER, bad])
    bench.read(BILLS)
    bench.keep(BILLS)
    held = {row["record"]: row["broken_rules"] for row in list_held(bench, BILLS)}
    assert held["raw.ocean_ams_container"] == ["orphan_ocean_ams_container"]
    assert {"unknown_record_status_indicator", "unreadable_weight"} <= set(held["raw.ocean_ams_header"])
    counts = bench.rows("select rows_n, kept_n, held_n from ledger_ocean_ams order by file")
    assert counts == [(2, 1, 1), (2, 1, 1)]


@each_form
def test_an_unknown_column_is_accepted_named_and_kept_raw(bench: Bench, form: str) -> None:
    ledger = keep(bench, form, [{**entry(1), "colour": "blue", "Größe": "7"}])
    assert (ledger["status"], ledger["kept_n"], ledger["held_n"]) == ("accepted", 1, 0)
    assert ledger["notes"] == "; ".join(
        f"unknown column {name} is kept in the raw layer only" for name in sorted(["colour", "Größe"], key=order(form))
    )
    ((other,),) = bench.rows("select other_columns from raw_low_value_entry")
    assert json.loads(other) == {"colour": "blue", "Größe": "7"}


def order(form: str) -> Any:
    """Return how the notes of a form are ordered: keys of JSON by name, columns as they stand."""
    return (lambda name: name) if form.startswith("jsonl") else ["colour", "Größe"].index


@each_form
def test_an_amended_row_replaces_and_a_cancelled_one_removes_and_history_stays(bench: Bench, form: str) -> None:
    rows = [
        entry(1), entry(1, filed_at=LATER, record_status="amended", value_usd="50"),
        entry(2), entry(2, filed_at=LATER, record_status="cancelled"), entry(3),
    ]  # fmt: skip
    keep(bench, form, rows)
    bench.map(ENTRIES)
    assert bench.rows("select shipment_id, value_usd::double, versions_n from core_shipment order by 1") == [
        ("entry:ZZA00000001", 50.0, 2), ("entry:ZZA00000003", 19.9, 1)
    ]  # fmt: skip
    versions = bench.rows(
        "select shipment_id, record_status, is_current from core_shipment_version order by 1, filed_at"
    )
    assert versions == [
        ("entry:ZZA00000001", "new", False), ("entry:ZZA00000001", "amended", True),
        ("entry:ZZA00000002", "new", False), ("entry:ZZA00000002", "cancelled", False),
        ("entry:ZZA00000003", "new", True),
    ]  # fmt: skip


@each_form
def test_one_key_at_one_time_with_other_content_is_held_on_both_sides(bench: Bench, form: str) -> None:
    ledger = keep(bench, form, [entry(1), entry(2), entry(1, value_usd="99"), entry(2)])
    assert (ledger["rows_n"], ledger["kept_n"], ledger["held_n"]) == (4, 2, 2)
    assert [row["broken_rules"] for row in list_held(bench)] == [["conflicting_duplicate"]] * 2
    assert bench.rows("select entry_number from kept_low_value_entry") == [("ZZA00000002",)]


def test_a_conflict_between_files_of_other_forms_is_held_on_both_sides(bench: Bench) -> None:
    write_form(landing_file(bench.landing, ENTRIES.folder, "a"), "csv", [entry(1), entry(2)])
    write_form(landing_file(bench.landing, ENTRIES.folder, "b"), "jsonl.gz", [entry(1), entry(2, value_usd="99")])
    bench.read(ENTRIES)
    bench.keep(ENTRIES)
    held = [row["source_file"].rpartition("/")[2] for row in list_held(bench)]
    assert sorted(held) == ["a.csv", "b.jsonl.gz"]
    assert bench.rows("select count(*) from kept_low_value_entry") == [(1,)]


@each_form
def test_a_conflicting_row_carries_its_columns_as_filed(bench: Bench, form: str) -> None:
    filed = [entry(1, hts10="6109.10.00.12"), entry(1, hts10="6109.10.00.12", value_usd="99")]
    keep(bench, form, filed)
    for row, held in zip(filed, list_held(bench), strict=True):
        carried = {name: value for name, value in json.loads(held["raw_text"]).items() if value is not None}
        assert carried == {name: value for name, value in row.items() if value}


def test_a_whole_corrected_file_repeats_its_good_rows_once_and_its_corrected_ones_are_kept(bench: Bench) -> None:
    good = [entry(number) for number in range(5)]
    write_form(landing_file(bench.landing, ENTRIES.folder, "a"), "csv", [*good, entry(9, mode_code="99")])
    write_form(landing_file(bench.landing, ENTRIES.folder, "b"), "csv", [*good, entry(9)])
    bench.read(ENTRIES)
    bench.keep(ENTRIES)
    assert [row["broken_rules"] for row in list_held(bench)] == [["unknown_mode_code"]]
    assert bench.rows("select rows_n, kept_n, held_n from ledger_low_value_entry order by file") == [
        (6, 5, 1),
        (6, 6, 0),
    ]
    assert bench.rows("select count(*), count(distinct entry_number) from kept_low_value_entry") == [(6, 6)]


@each_form
@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_a_value_that_starts_like_a_formula_is_kept_as_filed(bench: Bench, form: str, start: str) -> None:
    keep(bench, form, [entry(1, description=f"{start}1+1", seller_name=f"{start}cmd")])
    assert bench.rows("select description, seller_name from kept_low_value_entry") == [(f"{start}1+1", f"{start}cmd")]


@each_form
@pytest.mark.parametrize(
    "odd", ["\x00", "\x07", "\x1b[31m", "\x7f", "\u202e", "\u2066", "\u200f"], ids=lambda odd: f"U+{ord(odd[0]):04X}"
)
def test_control_characters_and_bidi_overrides_are_held(bench: Bench, form: str, odd: str) -> None:
    ledger = keep(bench, form, [entry(1), entry(2, description=f"cotton {odd}shirts", consignee_name=f"Pat{odd}")])
    assert (ledger["status"], ledger["kept_n"], ledger["held_n"]) == ("accepted", 1, 1), ledger["cause"]
    (held,) = list_held(bench)
    assert held["broken_rules"] == ["unprintable_consignee_name", "unprintable_description"]
    assert json.loads(held["raw_text"])["description"] == f"cotton {odd}shirts"


@each_form
def test_a_field_of_ten_megabytes_is_held_and_the_rows_around_it_are_kept(bench: Bench, form: str) -> None:
    ledger = keep(bench, form, [entry(1), entry(2, description=MEGABYTES_10), entry(3)])
    assert (ledger["status"], ledger["kept_n"], ledger["held_n"]) == ("accepted", 2, 1), ledger["cause"]
    (held,) = list_held(bench)
    assert held["broken_rules"] == ["too_long_description"]
    assert json.loads(held["raw_text"])["description"] == MEGABYTES_10


@pytest.mark.parametrize("form", TEXT_FORMS)
def test_a_field_of_thirty_megabytes_is_held_or_its_file_is_refused_with_a_fix(bench: Bench, form: str) -> None:
    ledger = keep(bench, form, [entry(1), entry(2, description=MEGABYTES_10 * 3), entry(3)])
    if ledger["status"] == "refused":
        assert "MB" in ledger["cause"]
        assert ledger["fix"]
    else:
        assert (ledger["rows_n"], ledger["kept_n"], ledger["held_n"]) == (3, 2, 1)
