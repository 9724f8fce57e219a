"""The X12 309 reader and its mapping, on invented manifests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from data_quality.contract import load_contract
from tests.unit.landed_feed import FeedRun, promised_columns, run_feed
from tidewaiter.errors import FileRefusedError
from tidewaiter.ingest import ocean_x12_309 as reader
from tidewaiter.ingest.ocean_x12_309 import FEED, LINKS

ISA = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *261118*0930*U*00401*000000001*0*P*>~"
BILL = """LX*1~
M11*B0000001*35177*120*CTN*1000*L*10*X*00*TOWN**ABCD~
N1*SH*EXAMPLE MAKERS~
N3*ONE LONG STREET OF THIRTYFIVE LETTE*RS 12~
N4*TOWN*SP*01000*BR~
N1*CN*EXAMPLE BUYERS~
N4*CITY*GA*30000*ZZ~
N1*FS*USSAV**USSAV~
VID*4B*ABCU*1234560*S1*S2****45G1*L*PP~
N10*120*FIRST PIECE OF TEXT THAT FILLS THE ELEMENT XX*MARK 1*J*4011.20*2500*L*1000~
N10**YZ AND GOES ON~
H1*1203~
N10**AT THE END~
"""


def manifest(bills: str = BILL, *, kind: str = "W", isa: str = ISA, count: int | None = None) -> str:
    body = f"M10*ABCD*O*PA*1234567*EXAMPLE SHIP*001E*000001*1*{kind}*L~\nP4*1703*261125  *1*A001~\n{bills}"
    head = f"{isa}\nGS*SO*A*B*20261118*0930*1*X*004010~\nST*309*0001~\n"
    return f"{head}{body}SE*{count or body.count('~') + 2}*0001~\nGE*1*1~\nIEA*1*{isa[90:99]}~\n"


@pytest.fixture
def run(tmp_path: Path) -> Iterator[FeedRun]:
    with run_feed(FEED, tmp_path) as opened:
        yield opened


def refusal(run: FeedRun, content: str | bytes) -> FileRefusedError:
    with pytest.raises(FileRefusedError) as caught:
        run.read("bad.edi", content)
    return caught.value


def test_a_bill_becomes_a_shipment_with_the_facts_of_its_manifest(run: FeedRun) -> None:
    run.read("m.edi", manifest())
    assert run.keep(LINKS) == {}
    (shipment,) = run.map_table("shipment")
    assert set(shipment) == promised_columns("core.shipment")
    assert shipment["shipment_id"] == "ocean:ABCDB0000001"
    assert (shipment["port_code"], shipment["mode_code"], shipment["export_country"]) == ("1703", "11", "BR")
    assert str(shipment["filed_at"]) == "2026-11-18 09:30:00"
    assert str(shipment["estimated_arrival_at"]) == "2026-11-25 00:00:00"
    assert (shipment["lines_n"], shipment["containers_n"], shipment["pieces_n"]) == (1, 1, 120)
    assert (str(shipment["gross_weight_kg"]), str(shipment["value_usd"])) == ("453.592", "2500.00")
    assert (shipment["conveyance"], shipment["record_status"]) == ("EXAMPLE SHIP", "new")


def test_text_that_runs_over_several_segments_is_joined_without_inventing_spaces(run: FeedRun) -> None:
    run.read("m.edi", manifest())
    run.keep(LINKS)
    (line,) = run.map_table("shipment_line")
    assert set(line) == promised_columns("core.shipment_line")
    assert line["description"] == "FIRST PIECE OF TEXT THAT FILLS THE ELEMENT XXYZ AND GOES ON AT THE END"
    assert (line["hts10"], line["quantity_unit"], str(line["value_usd"])) == ("401120", "CTN", "2500.00")
    assert run.query("select hazmat_codes from kept_ocean_x12_309_goods") == [{"hazmat_codes": "1203"}]


def test_parties_are_those_with_a_role_and_an_unknown_country_is_not_invented(run: FeedRun) -> None:
    run.read("m.edi", manifest())
    run.keep(LINKS)
    consignee, shipper = run.map_table("shipment_party")
    assert set(shipper) == promised_columns("core.shipment_party")
    assert (shipper["role"], shipper["name"], shipper["country"]) == ("shipper", "EXAMPLE MAKERS", "BR")
    assert shipper["address"] == "ONE LONG STREET OF THIRTYFIVE LETTERS 12"
    assert (consignee["role"], consignee["country"], consignee["address"]) == ("consignee", None, None)
    assert run.count("ocean_x12_309_party") == 3


def test_a_container_keeps_its_number_type_and_seals(run: FeedRun) -> None:
    run.read("m.edi", manifest())
    run.keep(LINKS)
    (container,) = run.map_table("shipment_equipment")
    assert set(container) == promised_columns("core.shipment_equipment")
    assert (container["container_number"], container["container_type"]) == ("ABCU1234560", "45G1")
    assert container["seal_numbers"] == "S1,S2"


def test_several_interchanges_in_one_file_may_use_different_separators(run: FeedRun) -> None:
    other = manifest(BILL.replace("B0000001", "B0000002")).replace("*", "|").replace("~\n", "'").replace(">", ":")
    run.read("m.edi", manifest() + other)
    run.keep(LINKS)
    assert [row["shipment_id"] for row in run.map_table("shipment")] == ["ocean:ABCDB0000001", "ocean:ABCDB0000002"]
    assert run.notes == []


def test_wrong_counts_and_control_numbers_are_notes_and_rows_are_kept(run: FeedRun) -> None:
    run.read("m.edi", manifest(count=99).replace("GE*1*1~", "GE*2*7~"))
    assert run.keep(LINKS) == {}
    assert [note.partition(": ")[2] for note in run.notes] == [
        "SE01 counts 99 segments, the file has 17",
        "GE01 counts 2 transaction sets, the file has 1",
        "GE02 is 7, its GS has number 1",
    ]


def test_an_amendment_may_delete_a_bill_without_repeating_it(run: FeedRun) -> None:
    run.read("m.edi", manifest("LX*1~\nM13*ABCD*1703*D*B0000001*****ABCD~\n", kind="Y"))
    assert run.keep(LINKS) == {}
    (shipment,) = run.map_table("shipment")
    assert (shipment["shipment_id"], shipment["record_status"]) == ("ocean:ABCDB0000001", "cancelled")


def test_a_partial_amendment_is_held_because_it_is_no_whole_bill(run: FeedRun) -> None:
    run.read("m.edi", manifest("LX*1~\nM13*ABCD*1703*R*B0000001*50****ABCD~\n", kind="Y"))
    assert run.keep(LINKS) == {"ocean_x12_309_bill": ["amendment_without_bill"]}


def test_a_bill_number_used_twice_in_one_transaction_set_stays_two_shipments(run: FeedRun) -> None:
    run.read("m.edi", manifest(BILL + BILL.replace("LX*1", "LX*2")))
    run.keep(LINKS)
    assert [row["shipment_id"] for row in run.map_table("shipment")] == ["ocean:ABCDB0000001", "ocean:ABCDB0000001#2"]
    assert [row["shipment_id"] for row in run.map_table("shipment_line")] == [
        "ocean:ABCDB0000001", "ocean:ABCDB0000001#2",
    ]  # fmt: skip
    assert run.notes == [
        "line 19: bills whose number their transaction set has used before: 1;"
        " they are told apart, the first as B0000001#2"
    ]


def test_rows_of_a_held_bill_are_held_as_orphans(run: FeedRun) -> None:
    run.read("m.edi", manifest(kind="Q"))
    held = run.keep(LINKS)
    assert held["ocean_x12_309_bill"] == ["unknown_manifest_type_code"]
    assert held["ocean_x12_309_party"] == ["orphan_ocean_x12_309_party"] * 3
    assert held["ocean_x12_309_goods"] == ["orphan_ocean_x12_309_goods"]
    assert run.map_table("shipment") == []


def test_a_value_in_another_currency_is_unknown_in_dollars(run: FeedRun) -> None:
    run.read("m.edi", manifest(BILL.replace("*L*1000~", "*L*1000*****EUR~")))
    run.keep(LINKS)
    assert [row["value_usd"] for row in run.map_table("shipment")] == [None]


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        ("hello", "must begin with an ISA segment"),
        (ISA[:50], "not 106 characters"),
        (ISA.replace("SENDER         ", "SENDER"), "not 106 characters"),
        (manifest().replace("*309*", "*310*"), "this is an X12 310 freight receipt and invoice, not an X12 309"),
        (manifest().replace("*309*", "*214*"), "this is an X12 214 transaction set, not an X12 309"),
        (manifest().partition("SE*")[0], "cut short: SE, GE, IEA missing"),
        (manifest()[:-30], "cut short"),
        (manifest().replace("\nGS*", "\nGS|"), "separators are not '*' and '~'"),
        (manifest().replace("GE*1*1~", ""), "IEA has no ISA before it, or closes it too early"),
        (manifest().replace("ST*309*0001~", ""), "M10 stands outside a transaction set"),
        (manifest() + "SE*1*1~", "must begin with an ISA segment"),
        (manifest().replace("IEA*1*000000001~", ISA), "ISA begins before the last one has ended"),
        (manifest().replace("TOWN", "T" * 20_001), "longer than 20,000 characters"),
        (manifest().encode().replace(b"TOWN", b"T\xffWN"), "not UTF-8"),
    ],
)
def test_what_is_no_whole_309_is_refused_with_its_cause(run: FeedRun, content: str | bytes, cause: str) -> None:
    found = refusal(run, content)
    assert cause in found.reason
    assert found.fix


def test_a_refusal_names_the_line(run: FeedRun) -> None:
    assert refusal(run, manifest().replace("*309*", "*310*")).line == 3


def test_an_empty_file_has_no_rows_and_is_not_refused(run: FeedRun) -> None:
    run.read("m.edi", "\n")
    assert run.keep(LINKS) == {}
    assert run.map_table("shipment") == []


def test_every_element_that_is_read_fills_a_promised_column() -> None:
    for elements, table in (
        (reader.MANIFEST, reader.BILL), (reader.PORT, reader.BILL), (reader.BILL_DETAIL, reader.BILL),
        (reader.PARTY_NAME, reader.PARTY), (reader.PARTY_PLACE, reader.PARTY),
        (reader.EQUIPMENT_DETAIL, reader.EQUIPMENT), (reader.GOODS_DETAIL, reader.GOODS),
    ):  # fmt: skip
        assert set(elements) <= set(load_contract(table).column_names)
