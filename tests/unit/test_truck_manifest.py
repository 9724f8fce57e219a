"""The feed of truck manifests: nested trips to five raw tables and the core tables, and drivers to nothing."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from data_quality.contract import load_contract
from data_quality.hold import LONGEST_TEXT
from tests.support.trip import (
    KEYS,
    PLANTED,
    Trip,
    make_commodity,
    make_shipment,
    make_trailer,
    make_trip,
    set_column,
)
from tests.unit.landed_feed import FeedRun, promised_columns, run_feed
from tidewaiter.errors import FileRefusedError
from tidewaiter.ingest.truck_manifest import FEED, LINKS, TABLES

COLUMNS = [(table, column) for table, columns in KEYS.items() for column in columns]
# Columns that the reader counts by itself.
COUNTED = {"trip_position", "shipment_position", "commodities_n", "equipment_kind", "role"}


@pytest.fixture
def run(tmp_path: Path) -> Iterator[FeedRun]:
    with run_feed(FEED, tmp_path) as opened:
        yield opened


def read(run: FeedRun, *trips: Trip, name: str = "a.json") -> dict[str, list[str]]:
    """Read a document with these trips and return the rules that held rows break, by table without its prefix."""
    run.read(name, json.dumps(list(trips)))
    return {noun.removeprefix("truck_manifest_"): rules for noun, rules in run.keep(LINKS).items()}


def kept(run: FeedRun, table: str) -> list[dict[str, Any]]:
    return run.query(f"select * from kept_truck_manifest_{table} order by source_line")


def test_the_keys_of_the_layout_fill_every_promised_column() -> None:
    for table in TABLES:
        assert set(load_contract(table).column_names) - COUNTED == set(KEYS[table.rpartition("_")[2]])


def test_every_column_of_every_table_is_read(run: FeedRun) -> None:
    assert read(run, make_trip()) == {}
    for table in TABLES:
        rows = kept(run, table.rpartition("_")[2])
        assert [name for name in load_contract(table).column_names if all(row[name] is None for row in rows)] == []
    assert run.notes == []


def test_a_trip_becomes_a_shipment_with_its_carrier_port_and_truck(run: FeedRun) -> None:
    read(run, make_trip())
    (shipment,) = run.map_table("shipment")
    assert set(shipment) == promised_columns("core.shipment")
    assert (shipment["shipment_id"], shipment["stream"], shipment["master_bill"]) == (
        "truck:ZQTR00000001", "truck", "ZQTR000001",
    )  # fmt: skip
    assert (shipment["port_code"], shipment["mode_code"], shipment["carrier_code"]) == ("2304", "30", "ZQTR")
    assert (shipment["conveyance"], str(shipment["filed_at"])) == ("TX AA100,NLE BB200", "2026-11-20 00:00:00")
    assert str(shipment["estimated_arrival_at"]) == "2026-11-20 14:45:00"
    assert (shipment["origin_country"], shipment["export_country"], shipment["lading_place"]) == ("MX", "MX", "NLE")
    assert (shipment["hts10"], shipment["description"], shipment["lines_n"]) == ("732690", "Steel brackets", 1)
    assert (shipment["pieces_n"], shipment["value_usd"]) == (35, Decimal("5200.00"))
    assert (shipment["gross_weight_kg"], shipment["record_status"]) == (Decimal("453.592"), "new")


def test_goods_parties_and_trailers_become_core_rows(run: FeedRun) -> None:
    read(run, make_trip())
    (line,), (box,) = run.map_table("shipment_line"), run.map_table("shipment_equipment")
    consignee, shipper = run.map_table("shipment_party")
    assert set(line) == promised_columns("core.shipment_line")
    assert (line["quantity"], line["quantity_unit"], line["gross_weight_kg"]) == (35, "BOX", Decimal("453.592"))
    assert set(box) == promised_columns("core.shipment_equipment")
    assert (box["container_number"], box["container_type"], box["seal_numbers"]) == ("0456", "TL", "S2,S3")
    assert set(shipper) == promised_columns("core.shipment_party")
    assert (shipper["role"], shipper["name"], shipper["country"]) == ("shipper", "Invented Makers S.A. de C.V.", "MX")
    assert (consignee["role"], consignee["state"], consignee["postal_code"]) == ("consignee", "TX", "64000")


def test_goods_in_a_container_make_another_mode(run: FeedRun) -> None:
    goods = make_commodity(loadedOn={"type": "trailer", "number": "0457"})
    read(run, make_trip(shipments=[make_shipment(commodities=[goods])]))
    (shipment,) = run.map_table("shipment")
    assert (shipment["mode_code"], shipment["containers_n"]) == ("31", 1)


def test_equipment_is_what_the_goods_are_loaded_on(run: FeedRun) -> None:
    places = [None, {"type": "TRUCK", "number": "77"}, {"number": "0457"}, {"type": "TRAILER", "number": "77"}]
    goods = [make_shipment(n, commodities=[make_commodity(loadedOn=place)]) for n, place in enumerate(places)]
    read(run, *(make_trip(n, shipments=[each]) for n, each in enumerate(goods)))
    found = [(row["shipment_id"][-1], row["container_number"]) for row in run.map_table("shipment_equipment")]
    assert found == [("0", "0456"), ("0", "0457"), ("1", "77"), ("2", "0457")]


def test_a_party_without_a_country_is_where_its_state_is(run: FeedRun) -> None:
    trip = set_column(set_column(make_trip(), "party", "country", None), "party", "state", "on")
    read(run, trip)
    assert [row["country"] for row in run.map_table("shipment_party")] == ["US", "CA"]


def test_goods_come_from_the_country_of_the_place_of_loading(run: FeedRun) -> None:
    countries = {"NU": "CA", "tx": "US", "12201": "CA", "20199": "MX", "QQ": None, None: None}
    read(run, *(set_column(make_trip(n), "shipment", "loading_place", place) for n, place in enumerate(countries)))
    assert [row["export_country"] for row in run.map_table("shipment")] == list(countries.values())


def test_a_weight_is_in_kilograms_whatever_its_unit(run: FeedRun) -> None:
    goods = [make_commodity(weight=weight, weightUnit=unit) for weight, unit in ((1, "lbs"), ("2", "KGM"), (1, "TNE"))]
    read(run, make_trip(shipments=[make_shipment(commodities=goods)]))
    assert [row["gross_weight_kg"] for row in run.map_table("shipment")] == [Decimal("1002.454")]


def test_totals_are_unknown_when_a_part_of_the_goods_is_held(run: FeedRun) -> None:
    goods = [make_commodity(), make_commodity(weight=-1)]
    assert read(run, make_trip(shipments=[make_shipment(commodities=goods)])) == {"commodity": ["out_of_range_weight"]}
    (shipment,) = run.map_table("shipment")
    assert (shipment["lines_n"], shipment["gross_weight_kg"], shipment["value_usd"]) == (2, None, None)


def test_what_a_message_does_makes_the_status(run: FeedRun) -> None:
    cases = [
        ("CREATE", "CREATE", "new"), ("CREATE", None, "new"), ("UPDATE", "CREATE", "amended"),
        ("CREATE", "UPDATE", "amended"), ("update", None, "amended"), ("UPDATE", "DELETE", "cancelled"),
        ("DELETE", "CREATE", "cancelled"),
    ]  # fmt: skip
    shipments = [make_shipment(n, operation=own) for n, (_, own, _) in enumerate(cases)]
    read(run, *(make_trip(n, operation=cases[n][0], shipments=[each]) for n, each in enumerate(shipments)))
    assert [row["record_status"] for row in run.map_table("shipment")] == [status for _, _, status in cases]


def test_a_deleted_trip_needs_its_numbers_only(run: FeedRun) -> None:
    trip = {"data": "ACE_TRIP", "operation": "DELETE", "tripNumber": "ZQTR000001"}
    assert read(run, {**trip, "shipments": [{"shipmentControlNumber": "ZQTR00000001"}]}) == {}
    assert [row["record_status"] for row in run.map_table("shipment")] == ["cancelled"]
    assert read(run, trip, name="b.json") == {"trip": ["cancels_no_shipment"]}


def test_a_trip_without_shipments_is_kept(run: FeedRun) -> None:
    assert read(run, make_trip(shipments=[], trailers=None, truck=None)) == {}
    assert (run.count("truck_manifest_trip"), run.count("truck_manifest_equipment")) == (1, 0)
    assert run.map_table("shipment") == []


def test_one_control_number_with_two_contents_in_a_trip_holds_both(run: FeedRun) -> None:
    shipments = [
        make_shipment(1),
        make_shipment(1, type="OTHER", shipmentControlNumber="zqtr-00000001"),
        make_shipment(2),
    ]
    held = read(run, make_trip(shipments=shipments))
    assert held["shipment"] == ["conflicting_duplicate"] * 2
    assert held["party"] == ["orphan_truck_manifest_party"] * 4
    assert [row["shipment_id"] for row in run.map_table("shipment")] == ["truck:ZQTR00000002"]


def test_the_same_shipment_twice_in_a_trip_is_two_equal_filings(run: FeedRun) -> None:
    assert read(run, make_trip(shipments=[make_shipment(1), make_shipment(1)])) == {}
    assert len({row["version_key"] for row in run.map_table("shipment")}) == 2


def test_what_belongs_to_a_held_row_is_held_with_it(run: FeedRun) -> None:
    held = read(run, make_trip(1, usPortOfArrival="47O1"), make_trip(2))
    assert held == {
        "trip": ["malformed_port_code"],
        "equipment": ["orphan_truck_manifest_equipment"] * 3,
        "shipment": ["orphan_truck_manifest_shipment"],
        "party": ["orphan_truck_manifest_party"] * 2,
        "commodity": ["orphan_truck_manifest_commodity"],
    }
    assert [row["shipment_id"] for row in run.map_table("shipment")] == ["truck:ZQTR00000002"]


# What breaks each kind of rule, whatever the column.
BREAKERS: dict[str, Any] = {
    "missing": None, "unreadable": "not a value", "too_long": "x" * (LONGEST_TEXT + 1), "unprintable": "a\u202eb",
    "unknown": "??", "malformed": "?", "out_of_range": -1,
}  # fmt: skip


def list_rules() -> list[tuple[str, str, str]]:
    found = []
    for table, column in COLUMNS:
        promised = load_contract(f"raw.truck_manifest_{table}").column(column)
        kinds = ["too_long", "unprintable"] if promised.is_text else ["unreadable"]
        kinds += ["missing"] * (promised.required or column in ("port_code", "estimated_arrival_at"))
        kinds += [rule.name.removesuffix(f"_{column}") for rule in promised.rules]
        found += [(table, column, kind) for kind in kinds]
    return found


def read_changes(run: FeedRun, changes: list[tuple[str, str, Any]]) -> dict[str, list[str]]:
    """Read one file with a trip for each change of a column, and return the rules that held rows break, by table."""
    return read(run, *(set_column(make_trip(n), *change) for n, change in enumerate(changes)))


def test_every_rule_has_a_row_that_breaks_it(run: FeedRun) -> None:
    held = read_changes(run, [(table, column, BREAKERS[kind]) for table, column, kind in list_rules()])
    assert len(list_rules()) > 90
    assert [rule for rule in list_rules() if f"{rule[2]}_{rule[1]}" not in held[rule[0]]] == []


def test_a_list_or_an_object_for_a_value_holds_its_row(run: FeedRun) -> None:
    values = (["x"], {"x": 1}, [["x"]], [{"number": 1}])
    held = read_changes(run, [(table, column, value) for table, column in COLUMNS for value in values])
    for table, column in COLUMNS:
        assert held[table].count(f"wrong_shape_{column}") == len(values), column


def test_half_a_character_holds_its_row_with_its_text(run: FeedRun) -> None:
    held = read_changes(run, [(table, column, "a\ud800") for table, column in COLUMNS])
    for table, column in COLUMNS:
        rule = "wrong_shape" if column == "license_plates" else "unprintable"
        assert held[table].count(f"{rule}_{column}") == 1, column
        rows = run.query(f"select raw_text from held_truck_manifest_{table} where raw_text like '%ud800%'")
        assert len(rows) == len(KEYS[table])
        assert all(json.loads(row["raw_text"]) for row in rows)


def test_any_single_value_is_kept_or_held(run: FeedRun) -> None:
    values = (True, False, 0, 1.5, "", " ", "\x00", "é", "1e999", "=1+1")
    read_changes(run, [(table, column, value) for table, column in COLUMNS for value in values])
    for table in KEYS:
        parts = [f"select count(*) as n from {part}_truck_manifest_{table}" for part in ("raw", "kept", "held")]
        total, kept_n, held_n = (run.query(part)[0]["n"] for part in parts)
        assert total == kept_n + held_n


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"shipments": {}}, "trip.shipments is an object, not a list"),
        ({"shipments": "none"}, "trip.shipments is a text or number, not a list"),
        ({"shipments": [[]]}, "trip.shipments[] is a list, not an object"),
        ({"shipments": [None]}, "trip.shipments[] is null, not an object"),
        ({"trailers": True}, "trip.trailers is true or false, not a list"),
        ({"truck": [{}]}, "trip.truck is a list, not an object"),
        ({"truck": {"licensePlate": "TX1"}}, "truck.licensePlate is a text or number, not an object"),
        ({"truck": {"licensePlates": {}}}, "truck.licensePlates is an object, not a list"),
        ({"shipments": [make_shipment(shipper=[])]}, "shipment.shipper is a list, not an object"),
        ({"shipments": [make_shipment(commodities={})]}, "shipment.commodities is an object, not a list"),
        ({"shipments": [make_shipment(shipper={"address": "x"})]}, "shipper.address is a text or number"),
        ({"shipments": [make_shipment(commodities=[make_commodity(loadedOn=[])])]}, "commodity.loadedOn is a list"),
    ],
)
def test_a_wrong_shape_is_refused_with_its_place(run: FeedRun, changes: Trip, cause: str) -> None:
    with pytest.raises(FileRefusedError) as caught:
        run.read("a.jsonl", json.dumps(make_trip()) + "\n" + json.dumps(make_trip(**changes)))
    assert cause in caught.value.reason
    assert (caught.value.line, caught.value.fix) == (2, "send the layout of the contract")


def test_objects_nested_deeper_than_any_layout_are_refused(run: FeedRun) -> None:
    deep: Any = "x"
    for _ in range(60):
        deep = {"inner": [deep]}
    with pytest.raises(FileRefusedError, match="nested too deep"):
        read(run, make_trip(extra=deep))


def test_unknown_keys_are_kept_aside_and_named(run: FeedRun) -> None:
    trip = make_trip(instrumentsOfInternationalTrafficBond={"type": "CARRIER"})
    trip["shipments"][0]["shipper"]["address"]["county"] = "Nowhere"
    trip["truck"]["licensePlates"][0]["colour"] = "blue"
    assert read(run, trip) == {}
    assert [note.split('"')[1] for note in run.notes] == [
        "trip.instrumentsOfInternationalTrafficBond", "truck.licensePlate.colour", "shipper.address.county",
    ]  # fmt: skip
    rows = run.query("select other_columns from raw_truck_manifest_party where other_columns is not null")
    assert [json.loads(row["other_columns"]) for row in rows] == [{"address.county": "Nowhere"}]


def test_a_thousand_unknown_keys_make_a_short_warning(run: FeedRun) -> None:
    read(run, make_trip(**{f"key{n}": n for n in range(1000)}))
    assert len(run.notes) == 21
    assert run.notes[-1] == "980 more unknown keys are kept in the raw layer only"


def test_lines_and_lists_of_trips_read_alike(run: FeedRun, tmp_path: Path) -> None:
    trips = [make_trip(n) for n in range(1, 4)]
    read(run, *trips)
    listed = run.map_table("shipment")
    with run_feed(FEED, tmp_path) as other:
        other.read("a.json", "\ufeff" + json.dumps(trips[0]))
        other.read("b.jsonl", "\ufeff" + "\n\n".join(json.dumps(trip) for trip in trips[1:]) + "\n")
        assert other.keep(LINKS) == {}
        apart = other.map_table("shipment")
    where = ("source_file", "source_line", "version_key")
    assert [{k: v for k, v in row.items() if k not in where} for row in listed] == [
        {k: v for k, v in row.items() if k not in where} for row in apart
    ]


def test_rows_of_a_large_file_are_numbered_through(run: FeedRun) -> None:
    assert read(run, *(make_trip(n) for n in range(3000))) == {}
    rows = run.query("select count(distinct source_line) as n, max(source_line) as last from kept_truck_manifest_trip")
    assert rows == [{"n": 3000, "last": 8 * 2999 + 1}]
    assert len({row["shipment_id"] for row in run.map_table("shipment")}) == 3000


def test_nothing_of_a_driver_is_in_any_table(run: FeedRun) -> None:
    driver = make_trip()["drivers"][0]
    trips = [
        make_trip(1),
        make_trip(2, usPortOfArrival="?"),
        make_trip(3, driver=driver, leadDriverName=PLANTED[0], coDriver=[driver], crew={"members": [driver]}),
        make_trip(4, truck={"number": ["wrong shape"], "driver": driver}),
        make_trip(5, trailers=[make_trailer("1", driver=driver, note={"DRIVER_ID": PLANTED[5]})]),
        make_trip(6, shipments=[make_shipment(6, shipmentControlNumber={}, **driver)]),
        make_trip(7, shipments=[make_shipment(7, shipper={**driver, "name": "A"}, drivers="x" + PLANTED[0])]),
        {**make_trip(8), **driver, "operation": "DELETE", "shipments": []},
    ]
    assert set(read(run, *trips)) == {"trip", "equipment", "shipment", "party", "commodity"}
    for (table,) in run.con.execute("select table_name from duckdb_tables()").fetchall():
        text = json.dumps(run.query(f"select * from {table}"), default=str)
        assert [value for value in PLANTED if value in text] == []
    assert [value for value in PLANTED if value in " ".join(run.notes)] == []
