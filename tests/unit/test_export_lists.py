"""The Denied Persons List and the Consolidated Screening List in their official layouts, on invented entries."""

import csv
from collections.abc import Iterator
from datetime import date
from hashlib import md5
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from data_quality.contract import load_contract
from tests.unit.landed_feed import ON, FeedRun, run_feed
from tidewaiter.errors import FileRefusedError
from tidewaiter.ingest import bis_dpl, csl

ENTRY = "reference.watchlist_entry"
PERSON = {
    "Name": " INVENTED  AVIONICS LTD.", "Street_Address": 'BUILDING "A", 1 NOWHERE ROAD', "City": "SAMPLETON",
    "State": "TX", "Country": "AE", "Postal_Code": "75159", "Effective_Date": "06/19/2003",
    "Expiration_Date": "06/29/2056", "Standard_Order": "y", "Last_Update": "0222-05-18",
    "Action": "F.R. NOTICE ADDED", "FR_Citation": "68 F.R. 38290 6/27/03",
}  # fmt: skip
LISTED = {
    "source": "Entity List (EL) - Bureau of Industry and Security", "name": "Invented Optics", "type": "Entity",
    "programs": "EAR", "addresses": "1 Nowhere Road, Sampleton, TR; Elsewhere, CN; CN", "title": "Chief",
    "federal_register_notice": "75 FR 36516", "start_date": "2010-06-28", "end_date": "2026-11-20",
    "alt_names": "Optics Two; and Optics One;Invented Optics", "remarks": "none",
}  # fmt: skip
CSL_HEADER = ("_id", *load_contract(csl.TABLE).column_names[1:])


def write_dpl(*rows: dict[str, str], header: tuple[str, ...] = tuple(bis_dpl.HEADER)) -> str:
    text = StringIO()
    writer = csv.DictWriter(text, header, delimiter="\t", quoting=csv.QUOTE_ALL, extrasaction="ignore")
    writer.writeheader()
    writer.writerows({**PERSON, **row} for row in rows)
    return text.getvalue()


def write_csl(*rows: dict[str, str]) -> str:
    text = StringIO()
    writer = csv.DictWriter(text, CSL_HEADER, restval="")
    writer.writeheader()
    writer.writerows({**LISTED, **row} for row in rows)
    return text.getvalue()


@pytest.fixture
def denied(tmp_path: Path) -> Iterator[FeedRun]:
    with run_feed(bis_dpl.FEED, tmp_path) as opened:
        yield opened


@pytest.fixture
def screened(tmp_path: Path) -> Iterator[FeedRun]:
    with run_feed(csl.FEED, tmp_path) as opened:
        yield opened


def map_all(run: FeedRun, content: str, on: date = ON) -> list[dict[str, Any]]:
    """Read a file, expect nothing held, and return the entries in force."""
    run.read("list.txt", content)
    assert run.keep(()) == {}
    return run.map_reference(ENTRY, on)


def test_a_denied_person_is_read_with_tabs_quotes_and_us_dates(denied: FeedRun) -> None:
    (row,) = map_all(denied, write_dpl({}))
    assert row == {
        "list_code": "bis_dpl", "entity_id": md5(b"INVENTED AVIONICS LTD.", usedforsecurity=False).hexdigest(),
        "name_number": 0, "name": "INVENTED  AVIONICS LTD.", "name_kind": "primary", "strength": "strong",
        "entity_type": None, "programme": "denial order", "countries": "United Arab Emirates",
        "addresses": 'BUILDING "A", 1 NOWHERE ROAD, SAMPLETON, TX, 75159, AE', "remarks": "F.R. NOTICE ADDED",
        "citation": "68 F.R. 38290 6/27/03", "valid_from": date(2003, 6, 19), "valid_to": date(2056, 6, 29),
        "snapshot_on": ON,
    }  # fmt: skip
    (kept,) = denied.query("select standard_order, last_update, state, postal_code from kept_bis_dpl")
    assert kept == {"standard_order": "Y", "last_update": "0222-05-18", "state": "TX", "postal_code": "75159"}


@pytest.mark.parametrize(
    ("on", "entries_n"),
    [(date(2020, 5, 3), 0), (date(2020, 5, 4), 1), (date(2026, 11, 19), 1), (date(2026, 11, 20), 0)],
)
def test_a_denial_order_counts_from_its_first_day_to_its_last(denied: FeedRun, on: date, entries_n: int) -> None:
    content = write_dpl({"Effective_Date": "5/4/2020", "Expiration_Date": "11/19/2026"})
    assert len(map_all(denied, content, on)) == entries_n


def test_rows_of_one_name_are_one_entity_with_each_address_once(denied: FeedRun) -> None:
    moved = {
        "Name": "Invented Avionics Ltd.",
        "Street_Address": "2 OTHER ROAD",
        "Country": "PRC",
        "Expiration_Date": "",
    }
    over = {"Street_Address": "3 OLD ROAD", "Expiration_Date": "01/01/2010"}
    (row,) = map_all(denied, write_dpl({}, {}, moved, over))
    assert row["countries"] == "PRC; United Arab Emirates"
    assert row["addresses"].count("NOWHERE ROAD") == 1
    assert "OTHER ROAD" in row["addresses"]
    assert "OLD ROAD" not in row["addresses"]
    assert (row["valid_from"], row["valid_to"]) == (date(2003, 6, 19), None)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"Effective_Date": "19/06/2003"}, "unreadable_effective_date"),
        ({"Effective_Date": ""}, "missing_effective_date"),
        ({"Expiration_Date": "06/29/1956"}, "misordered_dates"),
        ({"Name": " "}, "missing_name"),
        ({"Standard_Order": "X"}, "unknown_standard_order"),
    ],
)
def test_a_denied_person_is_held_for_what_screening_needs(denied: FeedRun, change: dict[str, str], rule: str) -> None:
    denied.read("dpl.tsv", write_dpl(change))
    assert denied.keep(()) == {"bis_dpl": [rule]}


def test_commas_in_place_of_tabs_refuse_the_denied_persons_list(denied: FeedRun) -> None:
    with pytest.raises(FileRefusedError, match=r"delimiter looks like ',', not '\\t'.*separated by tabs"):
        denied.read("dpl.csv", ",".join(bis_dpl.HEADER) + "\n")


def test_a_list_without_the_end_of_its_orders_is_refused(denied: FeedRun) -> None:
    header = tuple(name for name in bis_dpl.HEADER if name != "Expiration_Date")
    with pytest.raises(FileRefusedError, match="required column expiration_date is missing"):
        denied.read("dpl.tsv", write_dpl({}, header=header))


def test_an_entity_of_a_source_list_has_each_of_its_names(screened: FeedRun) -> None:
    rows = map_all(screened, write_csl({}))
    assert [(row["name_number"], row["name"], row["name_kind"]) for row in rows] == [
        (0, "Invented Optics", "primary"), (1, "Optics One", "aka"), (2, "Optics Two", "aka"),
    ]  # fmt: skip
    first = rows[0]
    assert first["entity_id"].startswith("EL ")
    assert first["programme"] == "Entity List (EL) - Bureau of Industry and Security; EAR"
    assert (first["countries"], first["addresses"]) == ("China; Türkiye", LISTED["addresses"])
    assert (first["entity_type"], first["remarks"], first["citation"]) == ("entity", "Chief; none", "75 FR 36516")
    assert (first["valid_from"], first["valid_to"]) == (date(2010, 6, 28), date(2026, 11, 20))
    assert (first["list_code"], first["snapshot_on"]) == ("csl", ON)


@pytest.mark.parametrize(("on", "entries_n"), [(date(2010, 6, 27), 0), (date(2010, 6, 28), 3), (date(2026, 11, 21), 0)])
def test_a_screening_entry_counts_within_its_dates(screened: FeedRun, on: date, entries_n: int) -> None:
    assert len(map_all(screened, write_csl({}), on)) == entries_n


def test_rows_of_one_number_are_one_entity_and_sources_stay_apart(screened: FeedRun) -> None:
    number = {"entity_number": "7", "alt_names": "", "start_date": "", "end_date": ""}
    other = {**number, "name": "Optics by Another Name"}
    sectoral = {**number, "source": "Sectoral Sanctions Identifications List (SSI) - Treasury Department"}
    rows = map_all(screened, write_csl(number, other, sectoral))
    assert [(row["entity_id"], row["name_number"], row["name"]) for row in rows] == [
        ("EL 7", 0, "Invented Optics"), ("EL 7", 1, "Optics by Another Name"), ("SSI 7", 0, "Invented Optics"),
    ]  # fmt: skip
    assert {(row["valid_from"], row["valid_to"]) for row in rows} == {(None, None)}


def test_the_sample_layout_without_identifiers_is_read(screened: FeedRun) -> None:
    content = write_csl({}).replace("_id,source", "source").replace("\r\n,", "\r\n")
    assert len(map_all(screened, content)) == 3


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"type": "Robot"}, "unknown_type"),
        ({"start_date": "28 June"}, "unreadable_start_date"),
        ({"end_date": "2001-01-01"}, "misordered_dates"),
        ({"source": ""}, "missing_source"),
    ],
)
def test_a_bad_screening_entry_is_held_for_its_reason(screened: FeedRun, change: dict[str, str], rule: str) -> None:
    screened.read("csl.csv", write_csl(change))
    assert screened.keep(()) == {"csl": [rule]}
