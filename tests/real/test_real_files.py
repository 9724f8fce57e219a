"""What the real public files must yield through the readers and the mapping of their feeds."""

import csv
import gzip
import json
from datetime import date
from pathlib import Path

import pytest

from data_quality.codes import load_codes
from tests.unit.landed_feed import run_feed
from tidewaiter.errors import FileRefusedError
from tidewaiter.ingest import ocean_ams, ocean_x12_309, ofac_sdn, truck_manifest
from tidewaiter.ingest.registry import find_feed

MANIFEST = "shipments/x12_309_ocean_manifest_sample_1.edi"
RECEIPT = "shipments/x12_310_freight_receipt_sample.edi"
TRIP = "shipments/ace_truck_trip_borderconnect_sample.json"
HEADERS = "shipments/ams_header_2018_filtered_sample.csv.gz"


def test_the_real_manifest_gives_ten_bills_with_parties_containers_goods_and_values(
    real_data: Path, tmp_path: Path
) -> None:
    with run_feed(ocean_x12_309.FEED, tmp_path) as run:
        run.read_path(real_data / MANIFEST)
        assert run.keep(ocean_x12_309.LINKS) == {}
        shipments, lines = run.map_table("shipment"), run.map_table("shipment_line")
        parties, containers = run.map_table("shipment_party"), run.map_table("shipment_equipment")
    assert (len(shipments), len(lines), len(parties), len(containers)) == (10, 18, 30, 18)
    assert len({row["shipment_id"] for row in shipments}) == 10
    assert {(row["port_code"], row["export_country"], row["mode_code"]) for row in shipments} == {("1803", "BR", "11")}
    assert {row["hts10"] for row in shipments} == {"401120", "330112", "090111", "480256"}
    assert {row["role"] for row in parties} == {"shipper", "consignee", "notify"}
    assert sum(row["value_usd"] for row in shipments) == sum(row["value_usd"] for row in lines) > 0
    assert sum(row["gross_weight_kg"] for row in shipments) == sum(row["gross_weight_kg"] for row in lines)
    assert sum(row["hts10"] is None for row in lines) == 2, "two masked commodity codes are unknown, not invented"


def test_the_wrong_segment_count_of_the_real_manifest_is_a_note(real_data: Path, tmp_path: Path) -> None:
    with run_feed(ocean_x12_309.FEED, tmp_path) as run:
        run.read_path(real_data / MANIFEST)
        notes = run.notes
    assert "line 297: SE01 counts 622 segments, the file has 295" in notes


def test_the_real_freight_receipt_is_refused_by_name(real_data: Path, tmp_path: Path) -> None:
    with (
        run_feed(ocean_x12_309.FEED, tmp_path) as run,
        pytest.raises(FileRefusedError, match="X12 310 freight receipt and invoice, not an X12 309") as caught,
    ):
        run.read_path(real_data / RECEIPT)
    assert caught.value.line == 3


def test_the_real_truck_trip_is_one_shipment_and_holds_no_driver(real_data: Path, tmp_path: Path) -> None:
    with run_feed(truck_manifest.FEED, tmp_path) as run:
        run.read_path(real_data / TRIP)
        assert run.notes == []
        assert run.keep(truck_manifest.LINKS) == {}
        (shipment,), (line,), (trailer,) = (
            run.map_table(noun) for noun in ("shipment", "shipment_line", "shipment_equipment")
        )
        consignee, shipper = run.map_table("shipment_party")
        tables = [name for (name,) in run.con.execute("select table_name from duckdb_tables()").fetchall()]
        text = json.dumps([run.query(f"select * from {table}") for table in tables], default=str)
    assert (shipment["port_code"], shipment["carrier_code"], shipment["export_country"]) == ("0101", "AAAA", "CA")
    assert (line["quantity"], str(line["gross_weight_kg"]), trailer["container_number"]) == (35, "680.389", "0456")
    assert (shipper["country"], consignee["country"]) == ("CA", "US")
    drivers = json.loads((real_data / TRIP).read_text(encoding="utf-8"))["drivers"]
    values = [value for driver in drivers for value in driver.values() if len(value) > 3]
    assert len(values) == 5
    assert [value for value in values if value in text] == []


def test_every_airport_of_arrival_has_a_port_of_schedule_d(real_data: Path) -> None:
    with (real_data / "reference" / "cbp_schedule_d_ports.csv").open(encoding="utf-8", newline="") as handle:
        ports = {row["port_code"] for row in csv.DictReader(handle)}
    assert {code: port for code, port in load_codes()["airport_port"].items() if port not in ports} == {}


def test_every_real_ocean_header_is_kept(real_data: Path, tmp_path: Path) -> None:
    with run_feed(ocean_ams.FEED, tmp_path) as run:
        run.read("ams_header_2018_filtered_sample.csv", gzip.decompress((real_data / HEADERS).read_bytes()))
        assert run.keep(ocean_ams.LINKS) == {}
        shipments = run.map_table("shipment")
    assert len({row["shipment_id"] for row in shipments}) == 12_307
    assert len({row["port_code"] for row in shipments}) == 26
    assert {row["estimated_arrival_at"].year for row in shipments} == {2018}
    # Transshipment points at sea, and ports of the Netherlands Antilles, which are no country any more.
    assert sum(row["export_country"] is None for row in shipments) == 20
    assert {row["gross_weight_kg"] for row in shipments} == {None}, "the release does not say kilograms or pounds"


def test_the_real_sdn_list_gives_every_name_of_every_entity(real_data: Path, tmp_path: Path) -> None:
    with run_feed(ofac_sdn.FEED, tmp_path) as run:
        for name in ("ofac_sdn.csv", "ofac_alt.csv", "ofac_add.csv"):
            run.read_path(real_data / "reference" / name)
        assert run.keep(ofac_sdn.LINKS) == {}
        assert [run.count(noun) for noun in ("ofac_sdn", "ofac_alt", "ofac_add")] == [8_976, 11_910, 13_837]
        entries = run.map_reference("reference.watchlist_entry")
    assert sum(row["strength"] == "strong" for row in entries) == 8_976 + 11_910
    assert sum(row["strength"] == "weak" for row in entries) == 2_438
    assert len({(row["entity_id"], row["name_number"]) for row in entries}) == len(entries)


@pytest.mark.parametrize(
    ("noun", "files", "entries_n", "entities_n"),
    [
        ("ofac_cons", ("ofac_cons_prim.csv", "ofac_cons_alt.csv", "ofac_cons_add.csv"), 1_583, 442),
        ("bis_dpl", ("bis_denied_persons_list.tsv",), 187, 187),
        ("csl", ("csl_sample.csv",), 267, 106),
        ("uflpa", ("uflpa_entity_list_partial.csv",), 52, 23),
        ("wro", ("cbp_wro_findings_active.csv",), 80, 52),
    ],
)
def test_a_real_watch_list_is_kept_whole_and_gives_every_name_in_force(
    real_data: Path, tmp_path: Path, noun: str, files: tuple[str, ...], entries_n: int, entities_n: int
) -> None:
    feed = find_feed(noun)
    with run_feed(feed, tmp_path) as run:
        for name in files:
            run.read_path(real_data / "reference" / name)
        assert run.keep(feed.links) == {}
        assert run.notes == []
        entries = run.map_reference("reference.watchlist_entry")
    assert len(entries) == len({(row["entity_id"], row["name_number"]) for row in entries}) == entries_n
    assert len({row["entity_id"] for row in entries}) == entities_n


def test_real_denial_orders_end_on_their_days(real_data: Path, tmp_path: Path) -> None:
    feed = find_feed("bis_dpl")
    with run_feed(feed, tmp_path) as run:
        run.read_path(real_data / "reference" / "bis_denied_persons_list.tsv")
        run.keep(())
        assert run.count("bis_dpl") == 581
        days = (date(2022, 9, 18), date(2022, 9, 19), date(2056, 6, 29), date(2056, 6, 30))
        in_force = [len(run.map_reference("reference.watchlist_entry", day)) for day in days]
    # 53 rows of the 1980s have no end, under 45 names; the last others end on 2056-06-29.
    assert in_force[0] > in_force[1] > in_force[2] > in_force[3] == 45


def test_the_real_place_files_are_kept_whole(real_data: Path, tmp_path: Path) -> None:
    counts = {}
    for noun, name in (
        ("schedule_d", "cbp_schedule_d_ports.csv"),
        ("schedule_k", "sea_ports_unlocode_schedule_k_d.csv"),
    ):
        feed = find_feed(noun)
        with run_feed(feed, tmp_path) as run:
            run.read_path(real_data / "reference" / name)
            assert run.keep(()) == {}
            counts[noun] = (run.count(noun), len(run.map_reference(feed.core_tables[0])))
    # 44 rows of Schedule D are districts; 146 of the other file are ports of the United States.
    assert counts == {"schedule_d": (530, 486), "schedule_k": (1_634, 1_488)}
