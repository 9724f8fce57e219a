"""The reader of the SDN list in its official layout and its mapping, on invented entries."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from data_quality.contract import load_contract
from tests.unit.landed_feed import ON, FeedRun, run_feed
from tidewaiter.errors import FileRefusedError
from tidewaiter.ingest.ofac_sdn import FEED, LINKS

NULLS = ",-0- " * 8
SDN = (
    f'10,"EXAMPLE TRADING, LTD.",-0- ,"EXAMPLE1] [EXAMPLE2"{NULLS[:-5]},"a.k.a. \'ET\'; f.k.a. \'O\'HARE TRADE\'."\r\n'
    f'20,"DOE, Jane","individual","EXAMPLE1"{NULLS}\r\n'
    "\x1a"
)
ALT = '10,7,"aka","EXAMPLE COMMERCE",-0- \r\n10,9,"fka","OLD EXAMPLE",-0- \r\n\x1a'
ADD = (
    '10,101,"1 Some Street, Floor 2","Town","Atlantis",-0- \r\n10,2,-0- ,-0- ,"Elbonia",-0- \r\n'
    "20,3,-0- ,-0- ,-0- ,-0- \r\n\x1a"
)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[FeedRun]:
    with run_feed(FEED, tmp_path) as opened:
        yield opened


def read_all(run: FeedRun) -> None:
    run.read("SDN.CSV", SDN)
    run.read("ofac_alt.csv", ALT)
    run.read("Add.csv", ADD)


def test_official_files_survive_without_header_and_with_an_end_of_file_byte(run: FeedRun) -> None:
    read_all(run)
    assert run.keep(LINKS) == {}
    assert [run.count(noun) for noun in ("ofac_sdn", "ofac_alt", "ofac_add")] == [2, 2, 3]
    assert run.notes == []


def test_every_name_of_an_entity_is_an_entry(run: FeedRun) -> None:
    read_all(run)
    run.keep(LINKS)
    entries = run.map_reference("reference.watchlist_entry")
    assert set(entries[0]) == set(load_contract("reference.watchlist_entry").column_names)
    told = ("entity_id", "name_number", "name", "name_kind", "strength")
    assert [tuple(row[column] for column in told) for row in entries] == [
        ("10", -2, "O'HARE TRADE", "fka", "weak"),
        ("10", -1, "ET", "aka", "weak"),
        ("10", 0, "EXAMPLE TRADING, LTD.", "primary", "strong"),
        ("10", 7, "EXAMPLE COMMERCE", "aka", "strong"),
        ("10", 9, "OLD EXAMPLE", "fka", "strong"),
        ("20", 0, "DOE, Jane", "primary", "strong"),
    ]


def test_programmes_countries_and_addresses_are_lists_in_words(run: FeedRun) -> None:
    read_all(run)
    run.keep(LINKS)
    entries = run.map_reference("reference.watchlist_entry")
    company, person = entries[0], entries[-1]
    assert company["programme"] == "EXAMPLE1; EXAMPLE2"
    assert company["countries"] == "Atlantis; Elbonia"
    assert company["addresses"] == "Elbonia; 1 Some Street, Floor 2, Town, Atlantis"
    assert (company["entity_type"], person["entity_type"]) == ("entity", "individual")
    assert (person["countries"], person["addresses"], person["remarks"]) == (None, None, None)
    assert company["snapshot_on"] == ON


def test_an_alias_of_no_entity_is_held(run: FeedRun) -> None:
    run.read("sdn.csv", SDN)
    run.read("alt.csv", '99,1,"aka","NOBODY",-0- \r\n')
    assert run.keep(LINKS) == {"ofac_alt": ["orphan_ofac_alt"]}


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        (f'x,"NAME",-0- ,"P"{NULLS}', "malformed_entity_id"),
        (f'30,-0- ,-0- ,"P"{NULLS}', "missing_name"),
        (f'30,"NAME","robot","P"{NULLS}', "unknown_entity_type"),
        ('30,"NAME"', "wrong_column_count"),
    ],
)
def test_a_bad_entity_is_held_for_its_reason(run: FeedRun, row: str, rule: str) -> None:
    run.read("SDN.CSV", row + "\r\n")
    assert run.keep(LINKS) == {"ofac_sdn": [rule]}


@pytest.mark.parametrize("name", ["list.csv", "sdn.txt", "cons_add.csv", "ofac_cons_alt.csv", "xsdn.csv"])
def test_a_file_of_another_name_is_refused(run: FeedRun, name: str) -> None:
    with pytest.raises(FileRefusedError, match=r"none of SDN\.CSV, ALT\.CSV and ADD\.CSV"):
        run.read(name, SDN)
