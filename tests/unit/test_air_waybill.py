"""The feed of house air waybills: both formats, bad files, versions, mapping."""

from decimal import Decimal

import pytest

from data_quality.contract import load_contract
from data_quality.newcomer import name_held
from tests.support.entry import DAY, landing_file, write_csv, write_json_lines
from tests.support.waybill import GOOD_WAYBILL, WAYBILL, waybill
from tests.support.work import Bench
from tests.unit.landed_feed import promised_columns
from tidewaiter.ingest.air_waybill import FEED
from tidewaiter.ingest.reading import FileRecord

FOLDER = "air_waybill"


def take(bench: Bench, *rows: dict[str, str]) -> FileRecord:
    """Land the rows as CSV, keep them and map them."""
    write_csv(landing_file(bench.landing, FOLDER, "a.csv"), WAYBILL, rows)
    (record,) = bench.read(FEED)
    bench.keep(FEED)
    bench.register_codes()
    bench.map(FEED)
    return record


def shipment(bench: Bench, columns: str) -> tuple[object, ...]:
    (row,) = bench.rows(f"select {columns} from core_shipment")
    return row


def held_rules(bench: Bench) -> list[list[str]]:
    return [rules for (rules,) in bench.rows("select broken_rules from held_air_waybill order by source_line")]


def test_the_good_row_has_every_promised_column() -> None:
    assert set(GOOD_WAYBILL) == set(load_contract(WAYBILL).column_names)


def test_both_formats_give_the_same_kept_rows(bench: Bench) -> None:
    kept = []
    for name in ("a.csv", "a.jsonl", "a.ndjson"):
        path = landing_file(bench.landing, FOLDER, name)
        rows = [waybill(1), waybill(2, declared_value_usd="7")]
        write_csv(path, WAYBILL, rows) if name == "a.csv" else write_json_lines(path, rows)
        bench.read(FEED)
        bench.keep(FEED)
        columns = "columns(* exclude (source_file, source_line, source_sha256))"
        kept.append(bench.rows(f"select {columns} from kept_air_waybill order by all"))
        path.unlink()
    assert kept[0] == kept[1] == kept[2]
    assert len(kept[0]) == 2


def test_every_column_of_a_good_row_is_kept(bench: Bench) -> None:
    take(bench, dict(GOOD_WAYBILL))
    row = bench.con.table("kept_air_waybill").pl().row(0, named=True)
    assert [name for name in load_contract(WAYBILL).column_names if row[name] is None] == []
    assert (row["master_awb"], row["flight_number"], row["hs6"]) == ("172-12345675", "CX880", "610910")
    assert (row["pieces"], row["gross_weight_kg"], row["verified_known_consignor"]) == (3, Decimal("4.500"), False)


def test_a_house_air_waybill_becomes_a_shipment(bench: Bench) -> None:
    take(bench, dict(GOOD_WAYBILL))
    assert {name for (name,) in bench.rows("select column_name from (describe filed_shipment)")} == promised_columns(
        "core.shipment"
    )
    assert shipment(bench, "shipment_id, stream, mode_code") == ("air:172-12345675/H1", "air", "40")
    assert shipment(bench, "port_code, carrier_code, conveyance") == ("4701", "CX", "CX880")
    assert shipment(bench, "master_bill, house_bill, lading_place") == ("172-12345675", "H1", "HKG")
    assert shipment(bench, "origin_country, export_country, packing_country") == (None, "HK", "CN")
    assert shipment(bench, "hts10, pieces_n, lines_n, value_usd") == ("610910", 3, 1, Decimal("90.00"))
    assert shipment(bench, "is_known_consignor, account_opened_on::varchar") == (False, "2025-01-01")
    assert bench.rows("select line_number, hts10, quantity::integer from core_shipment_line") == [(1, "610910", 3)]


def test_shipper_and_consignee_become_parties(bench: Bench) -> None:
    take(bench, dict(GOOD_WAYBILL))
    rows = bench.rows("select role, name, country, phone, email, account from core_shipment_party order by role")
    assert rows == [
        ("consignee", "Pat Example", "US", "+1-212-555-0102", "pat@example.com", None),
        ("shipper", "Invented Trading Co., Ltd.", "HK", "+1-212-555-0101", "shipper@example.com", "AC1"),
    ]


def test_a_house_number_is_unique_within_its_master_only(bench: Bench) -> None:
    take(bench, waybill(1), waybill(1, master_awb="172-12345686"))
    assert bench.rows("select count(*) from core_shipment") == [(2,)]


def test_a_master_is_stored_with_its_dash(bench: Bench) -> None:
    written = ["172-12345675", "17212345675", "172 12345675", " 17212345675 "]
    take(bench, *(waybill(n, master_awb=master) for n, master in enumerate(written)))
    assert bench.rows("select distinct master_bill, count(*) over () from core_shipment") == [("172-12345675", 4)]


def test_a_carrier_is_the_designator_in_its_flight(bench: Bench) -> None:
    carriers = {"5X0077": "5X", "KE81": "KE", "FDX12": "FDX", "CX 880A": "CX", "": None}
    take(bench, *(waybill(n, flight_number=flight) for n, flight in enumerate(carriers)))
    found = bench.rows("select carrier_code from core_shipment order by house_bill")
    assert [code for (code,) in found] == list(carriers.values())


def test_a_wrong_check_digit_is_kept_and_named_in_the_ledger(bench: Bench) -> None:
    rows = [waybill(1), waybill(2, master_awb="172-12345674"), waybill(3, master_awb="17212345679")]
    record = take(bench, *rows)
    assert record.notes == "line 3: master air waybills whose check digit is wrong: 2, this one first; kept"
    assert bench.rows("select count(*) from core_shipment") == [(3,)]


def test_an_arrival_airport_without_a_known_port_is_held(bench: Bench) -> None:
    take(bench, waybill(1, arrival_airport="jfk"), waybill(2, arrival_airport="YYZ"), waybill(3, arrival_airport="J?K"))
    assert held_rules(bench) == [
        ["unknown_arrival_airport"],
        ["malformed_arrival_airport", "unknown_arrival_airport"],
    ]
    assert bench.rows("select house_bill, port_code from core_shipment") == [("H1", "4701")]


def test_airports_that_no_list_has_are_named_with_their_rows(bench: Bench) -> None:
    airports = ["YYZ"] * 2 + ["LHR"] * 3 + ["JFK", "", "A\x00", "YVR", "CDG", "FRA"]
    take(bench, *(waybill(n, arrival_airport=airport) for n, airport in enumerate(airports)))
    raw = str(bench.lake.existing("raw.air_waybill", bench.on))
    assert name_held(bench.con, load_contract("raw.air_waybill"), "held_air_waybill", raw) == {
        "arrival_airport": "LHR (3), YYZ (2), A? (1), CDG (1), FRA (1), YVR (1)"
    }


def test_a_departure_airport_that_is_not_listed_leaves_the_country_of_export_empty(bench: Bench) -> None:
    take(bench, waybill(1, departure_airport="ZZZ"))
    assert shipment(bench, "export_country, lading_place") == (None, "ZZZ")


def test_a_value_is_kept_or_held_by_its_rule(bench: Bench) -> None:
    cases = [
        ("master_awb", "172-1234567", "malformed_master_awb"), ("house_awb", "H/1", "malformed_house_awb"),
        ("flight_number", "880", "malformed_flight_number"), ("pieces", "0", "out_of_range_pieces"),
        ("gross_weight_kg", "0", "out_of_range_gross_weight_kg"), ("declared_value_usd", "", None),
        ("declared_value_usd", "0", None), ("currency", "EURO", "unknown_currency"), ("hs6", "61091", "malformed_hs6"),
        ("shipper_country", "UK", "unknown_shipper_country"), ("status", "replaced", "unknown_status"),
        ("account_opened_on", "yesterday", "unreadable_account_opened_on"), ("consignee_name", "=cmd()", None),
    ]  # fmt: skip
    take(bench, *(waybill(n, **{column: value}) for n, (column, value, _) in enumerate(cases)))
    held = bench.rows("select source_line - 2, broken_rules from held_air_waybill order by source_line")
    assert held == [(n, [rule]) for n, (_, _, rule) in enumerate(cases) if rule]


def test_an_amended_air_waybill_replaces_the_earlier_one_and_a_cancelled_one_is_gone(bench: Bench) -> None:
    later = {"filed_at": "2026-11-20T05:00:00Z"}
    take(
        bench,
        waybill(1), waybill(1, status="amended", pieces="9", **later),
        waybill(2), waybill(2, status="cancelled", **later),
    )  # fmt: skip
    assert bench.rows("select house_bill, pieces_n, versions_n from core_shipment") == [("H1", 9, 2)]
    assert bench.rows("select count(*) from core_shipment_version") == [(4,)]
    assert bench.rows("select shipment_id, quantity::integer from core_shipment_line") == [("air:172-12345675/H1", 9)]


def test_one_air_waybill_with_two_contents_at_one_time_holds_both(bench: Bench) -> None:
    take(bench, waybill(1), waybill(1, pieces="9"), waybill(2), waybill(2))
    assert held_rules(bench) == [["conflicting_duplicate"]] * 2
    assert bench.rows("select shipment_id from core_shipment") == [("air:172-12345675/H2",)]


@pytest.mark.parametrize(
    ("name", "content", "cause"),
    [
        ("a.csv", b"master_awb;house_awb\n1;2\n", "the delimiter looks like ';'"),
        ("a.csv", b"master_awb,house_awb\n1,2\n", "required column"),
        ("a.jsonl", b'{"master_awb": "1"}\n', "required column"),
        ("a.jsonl", b"{not json\n", "JSON"),
        ("a.parquet", b"PAR1", ".parquet is not a format of this feed"),
    ],
)
def test_a_file_that_is_not_what_it_claims_is_refused(bench: Bench, name: str, content: bytes, cause: str) -> None:
    landing_file(bench.landing, FOLDER, name).write_bytes(content)
    (record,) = bench.read(FEED)
    assert (record.status, record.file) == ("refused", f"{FOLDER}/{DAY}/{name}")
    assert cause in (record.cause or "")
    assert record.fix
