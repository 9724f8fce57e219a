"""The reader of the public ocean release and its mapping, on invented tables."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from data_quality.contract import load_contract
from tests.unit.landed_feed import FeedRun, promised_columns, run_feed
from tidewaiter.errors import FileRefusedError
from tidewaiter.ingest.ocean_ams import FEED, LINKS, TABLES

ID = "202611010001"
HEADER = (
    "identifier,carrier_code,vessel_name,port_of_unlading,estimated_arrival_date,foreign_port_of_lading,"
    "manifest_quantity,manifest_unit,weight,weight_unit,record_status_indicator,mode_of_transportation\n"
)
BILL = f'{ID},ABCD,EXAMPLE SHIP,"Savannah, Georgia",2026-11-25,"Santos,Brazil",120,CTN,1000,Pounds,New,\n'
SHIPPER = (
    "identifier,shipper_party_name,shipper_party_address_1,shipper_party_address_2,city,state_province,zip_code,"
    "country_code,contact_name,comm_number_qualifier,comm_number"
)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[FeedRun]:
    with run_feed(FEED, tmp_path) as opened:
        yield opened


def name(table: str, release: str = "202611181500") -> str:
    return f"ams__{table}_2026__{release}.csv"


def read_child(run: FeedRun, table: str, rows: str, release: str = "202611181500") -> None:
    headers = {
        "billgen": "identifier,master_bol_number,house_bol_number",
        "cargodesc": "identifier,container_number,description_sequence_number,piece_count,description_text",
        "tariff": "identifier,container_number,description_sequence_number,harmonized_number,harmonized_value,"
        "harmonized_weight,harmonized_weight_unit",
        "container": "identifier,container_number,seal_number_1,seal_number_2,container_type",
        "shipper": SHIPPER,
    }
    run.read(name(table, release), f"{headers[table]}\n{rows}")


def read_bill(run: FeedRun, bill: str = BILL, release: str = "202611181500") -> None:
    run.read(name("header", release), HEADER + bill)


def test_a_header_alone_is_a_whole_shipment(run: FeedRun) -> None:
    read_bill(run)
    assert run.keep(LINKS) == {}
    (shipment,) = run.map_table("shipment")
    assert set(shipment) == promised_columns("core.shipment")
    assert (shipment["shipment_id"], shipment["port_code"]) == (f"ocean:{ID}", "1703")
    assert (shipment["export_country"], shipment["mode_code"]) == ("BR", "10")
    assert str(shipment["filed_at"]) == "2026-11-18 15:00:00"
    assert (str(shipment["gross_weight_kg"]), shipment["pieces_n"]) == ("453.592", 120)
    assert (shipment["lines_n"], shipment["containers_n"], shipment["value_usd"]) == (0, 0, None)


def test_lines_join_texts_and_tariff_numbers_and_count_pieces_once(run: FeedRun) -> None:
    read_bill(run)
    repeated = f"{ID},ABCU1234560,1,120,COTTON SHIRTS\n" * 3
    read_child(run, "cargodesc", repeated + f"{ID},ABCU1234560,2,5,SPARE BUTTONS\n")
    read_child(run, "tariff", f"{ID},ABCU1234560,1,610510,0,200,Kilograms\n{ID},ABCU1234560,1,610520,0,0,\n")
    assert run.keep(LINKS) == {}
    lines = run.map_table("shipment_line")
    assert set(lines[0]) == promised_columns("core.shipment_line")
    assert [(row["line_number"], row["hts10"], row["description"], row["quantity"]) for row in lines] == [
        (1, "610510", "COTTON SHIRTS", 120), (2, "610520", "COTTON SHIRTS", None), (3, None, "SPARE BUTTONS", 5),
    ]  # fmt: skip
    assert [row["gross_weight_kg"] for row in lines] == [200, None, None]
    (shipment,) = run.map_table("shipment")
    assert (shipment["lines_n"], shipment["hts10"], shipment["description"]) == (3, "610510", "COTTON SHIRTS")


@pytest.mark.parametrize(
    ("filed", "stated"),
    [
        ("90111", "090111"), ("401120", "401120"), ("901110000", "0901110000"), ("9403.60", "940360"),
        ("401120.0", "401120"), ("85", None), ("401", "0401"), ("12345678901", None), ("0", None), ("ABC", None),
    ],
)  # fmt: skip
def test_lost_leading_zeros_come_back_and_what_says_nothing_is_null(
    run: FeedRun, filed: str, stated: str | None
) -> None:
    read_bill(run)
    read_child(run, "tariff", f"{ID},ABCU1234560,1,{filed},0,0,\n")
    run.keep(LINKS)
    assert [row["hts10"] for row in run.map_table("shipment_line")] == [stated]
    assert [row["hts10"] for row in run.map_table("shipment")] == [stated]


def test_containers_are_numbered_and_cargo_in_none_has_none(run: FeedRun) -> None:
    read_bill(run)
    read_child(run, "container", f"{ID},ABCU1234560,S1,,45G1\n{ID},ABCU1234560,S2,S1,\n{ID},NC,,,\n")
    run.keep(LINKS)
    (container,) = run.map_table("shipment_equipment")
    assert set(container) == promised_columns("core.shipment_equipment")
    assert (container["container_number"], container["seal_numbers"]) == ("ABCU1234560", "S1,S2")
    (shipment,) = run.map_table("shipment")
    assert (shipment["containers_n"], shipment["mode_code"]) == (1, "11")


def test_a_cut_address_runs_on_and_contacts_go_by_their_kind(run: FeedRun) -> None:
    read_bill(run)
    rows = (
        f"{ID},EXAMPLE MAKERS,ONE LONG STREET OF THIRTYFIVE LETTE,RS 12,TOWN,,,BR,,Telephone Number,555\n"
        f"{ID},OTHER MAKERS,SHORT STREET,TOWN,,,,XY,,Electronic Mail,a@example.com\n"
    )
    read_child(run, "shipper", rows)
    run.keep(LINKS)
    first, second = run.map_table("shipment_party")
    assert set(first) == promised_columns("core.shipment_party")
    assert (first["address"], first["country"]) == ("ONE LONG STREET OF THIRTYFIVE LETTERS 12", "BR")
    assert (first["phone"], first["email"]) == ("555", None)
    assert (second["party_number"], second["address"], second["country"]) == (2, "SHORT STREET TOWN", None)
    assert (second["phone"], second["email"]) == (None, "a@example.com")


def test_an_amended_bill_keeps_the_rows_of_the_table_that_its_release_lacks(run: FeedRun) -> None:
    read_bill(run)
    read_child(run, "cargodesc", f"{ID},ABCU1234560,1,120,FIRST TEXT\n")
    read_child(run, "billgen", f"{ID},ABCD0001,HOUSE1\n")
    read_bill(run, BILL.replace("New", "Amended"), "202611191500")
    read_child(run, "cargodesc", f"{ID},ABCU1234560,1,120,SECOND TEXT\n", "202611191500")
    run.keep(LINKS)
    shipments = run.map_table("shipment")
    assert [(row["record_status"], row["description"]) for row in shipments] == [
        ("new", "FIRST TEXT"), ("amended", "SECOND TEXT"),
    ]  # fmt: skip
    assert [row["house_bill"] for row in shipments] == ["HOUSE1", "HOUSE1"]
    lines = {row["version_key"]: row["description"] for row in run.map_table("shipment_line")}
    assert [lines[row["version_key"]] for row in shipments] == ["FIRST TEXT", "SECOND TEXT"]


def test_a_table_released_before_or_after_its_header_still_belongs_to_the_bill(run: FeedRun) -> None:
    read_bill(run)
    read_child(run, "billgen", f"{ID},EARLY,\n", "202611171500")
    read_child(run, "container", f"{ID},ABCU1234560,S1,,45G1\n", "202611191500")
    assert run.keep(LINKS) == {}
    (shipment,) = run.map_table("shipment")
    assert (shipment["master_bill"], shipment["containers_n"]) == ("EARLY", 1)


def test_deleted_bills_are_cancelled(run: FeedRun) -> None:
    read_bill(run, BILL.replace("New", "Deleted"))
    run.keep(LINKS)
    assert [row["record_status"] for row in run.map_table("shipment")] == ["cancelled"]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (("Savannah, Georgia", "Port Nowhere"), "unknown_port_of_unlading"),
        (("2026-11-25", "25 November"), "unreadable_estimated_arrival_date"),
        (("2026-11-25", ""), "missing_estimated_arrival_date"),
        (("Pounds", "Stones"), "unknown_weight_unit"),
        (("New", "Maybe"), "unknown_record_status_indicator"),
        ((",1000,", ",-1,"), "out_of_range_weight"),
        ((",1000,", ",heavy,"), "unreadable_weight"),
        ((ID, "12-34"), "malformed_identifier"),
        (("CTN", "CTN,1,2,3,4"), "wrong_column_count"),
    ],
)
def test_a_bad_bill_is_held_for_its_reason(run: FeedRun, change: tuple[str, str], rule: str) -> None:
    read_bill(run, BILL.replace(*change))
    assert run.keep(LINKS)["ocean_ams_header"] == [rule]
    assert run.map_table("shipment") == []


def test_rows_of_bills_that_are_not_there_are_held_as_orphans(run: FeedRun) -> None:
    read_bill(run)
    read_child(run, "container", f"{ID},ABCU1234560,S1,,45G1\n999999999,ABCU7654321,S1,,45G1\n")
    assert run.keep(LINKS) == {"ocean_ams_container": ["orphan_ocean_ams_container"]}
    held = run.query("select source_line, raw_text from held_ocean_ams_container")
    assert held[0]["source_line"] == 3
    assert "ABCU7654321" in held[0]["raw_text"]


def test_the_sample_release_of_2018_is_read_by_its_own_profile(run: FeedRun) -> None:
    columns = "index,vessel_name,port_of_unlading,estimated_arrival_date,foreign_port_of_lading,weight\n"
    run.read("ams_header_2018_sample.csv", columns + '77,EXAMPLE SHIP,"Oakland, California",8/6/18,57037,20700\n')
    assert run.keep(LINKS) == {}
    (shipment,) = run.map_table("shipment")
    assert (shipment["shipment_id"], shipment["port_code"]) == ("ocean:201877", "2811")
    assert str(shipment["estimated_arrival_at"]) == "2018-08-06 00:00:00"
    assert str(shipment["filed_at"]) == "2026-11-20 00:00:00"
    assert (shipment["export_country"], shipment["gross_weight_kg"]) == ("CN", None)
    assert run.notes == ["sample release: identifier is the year and the row's index"]


@pytest.mark.parametrize(
    ("file", "content", "cause"),
    [
        ("bills.csv", HEADER + BILL, "the name is not that of a table of the release"),
        ("ams__crew_2026__202611181500.csv", HEADER + BILL, "the release has no table crew"),
        ("ams__header_2026__202613991500.csv", HEADER + BILL, "the release stamp 202613991500 is no time"),
        (name("header"), "a,b\n1,2\n", "required column identifier"),
        (name("header"), HEADER.replace("weight_unit,", ""), "required column weight_unit is missing"),
        (name("header"), HEADER.replace(",", ";"), "the delimiter looks like ';'"),
        (name("container"), "identifier,seal_number_1\n1,2\n", "required column container_number"),
        (name("header"), (HEADER + BILL).encode("utf-16"), "cannot be read"),
    ],
)
def test_what_is_no_table_of_the_release_is_refused(run: FeedRun, file: str, content: str | bytes, cause: str) -> None:
    with pytest.raises(FileRefusedError) as caught:
        run.read(file, content)
    assert cause in caught.value.reason
    assert caught.value.fix


def test_an_unknown_column_is_a_note(run: FeedRun) -> None:
    run.read(name("billgen"), f"identifier,color\n{ID},red\n")
    assert run.notes == ["unknown column color is kept in the raw layer only"]


def test_every_column_of_the_real_release_is_promised() -> None:
    assert len(TABLES) == 11
    promised = sum(len(set(load_contract(table).column_names) - {"release_at"}) for table in TABLES)
    assert promised == 131
