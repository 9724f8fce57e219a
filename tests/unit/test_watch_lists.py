"""The forced-labor lists, the centre's own list and the consolidated OFAC files, on invented entries."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.unit.landed_feed import ON, FeedRun, run_feed
from tidewaiter.errors import FileRefusedError
from tidewaiter.ingest import local_list, ofac_cons, uflpa, wro
from tidewaiter.ingest.feed import Feed

ENTRY = "reference.watchlist_entry"
UFLPA = "entity,aliases,sector,year_listed_as_stated,uflpa_2d2B_paragraph_as_stated\n"
WRO = "entity,country,industry,effective_date,action_type\n"
LOCAL = "name,aliases,country,reason,owner,valid_from,valid_to\n"
NULLS = ",-0- " * 8


def map_rows(feed: Feed, folder: Path, content: str, on: date = ON) -> list[dict[str, Any]]:
    """Read one file, expect nothing held, and return the entries in force."""
    with run_feed(feed, folder) as run:
        run.read("list.csv", content)
        assert run.keep(feed.links) == {}
        return run.map_reference(ENTRY, on)


def name_rules(feed: Feed, folder: Path, content: str) -> list[str]:
    """Return the rules that the rows of one file break."""
    with run_feed(feed, folder) as run:
        run.read("list.csv", content)
        return [rule for rules in run.keep(()).values() for rule in rules]


def names(rows: list[dict[str, Any]]) -> list[tuple[int, str, str]]:
    return [(row["name_number"], row["name"], row["name_kind"]) for row in rows]


def test_aliases_of_a_forced_labor_entity_stand_between_bars(tmp_path: Path) -> None:
    rows = map_rows(uflpa.FEED, tmp_path, UFLPA + '"Invented Mill Co., Ltd.",IM Mill|Aksu Mill| ,Cotton yarn,2023,ii\n')
    assert names(rows) == [
        (0, "Invented Mill Co., Ltd.", "primary"), (1, "Aksu Mill", "aka"), (2, "IM Mill", "aka"),
    ]  # fmt: skip
    first = rows[0]
    assert (first["list_code"], first["programme"], first["entity_type"]) == ("uflpa", "UFLPA ii", "entity")
    assert (first["remarks"], first["snapshot_on"]) == ("Cotton yarn; listed 2023", ON)
    assert (first["valid_from"], first["valid_to"], first["addresses"]) == (None, None, None)


def test_an_entity_under_two_paragraphs_is_one_entity(tmp_path: Path) -> None:
    twice = "Invented Mill,IM,Yarn,2023,ii\n invented  MILL,IM Works,Cloth,2022,i\n"
    rows = map_rows(uflpa.FEED, tmp_path, UFLPA + twice)
    assert names(rows) == [(0, "Invented Mill", "primary"), (1, "IM", "aka"), (2, "IM Works", "aka")]
    assert rows[0]["programme"] == "UFLPA i; UFLPA ii"
    assert rows[0]["remarks"] == "Cloth; Yarn; listed 2022"


@pytest.mark.parametrize(
    ("row", "rules"),
    [
        (",IM,Yarn,2023,ii\n", ["missing_entity"]),
        ("Mill,,Yarn,1999,ii\n", ["out_of_range_year_listed"]),
        ("Mill,,Yarn,twenty,x\n", ["malformed_paragraph", "unreadable_year_listed"]),
        ("Mill,,Yarn\n", ["wrong_column_count"]),
    ],
)
def test_a_bad_forced_labor_entity_is_held_for_its_reason(tmp_path: Path, row: str, rules: list[str]) -> None:
    assert name_rules(uflpa.FEED, tmp_path, UFLPA + row) == rules


def test_a_forced_labor_list_without_aliases_is_refused(tmp_path: Path) -> None:
    with run_feed(uflpa.FEED, tmp_path) as run, pytest.raises(FileRefusedError, match="required column aliases"):
        run.read("list.csv", "entity,sector\nMill,Yarn\n")


def test_an_order_gives_its_entity_its_other_names_and_a_vessel_its_own(tmp_path: Path) -> None:
    works = (
        '"Invented (New) Works, a/k/a Works No. 2, a/k/a Model Prison; Sample Farm",Atlantis,Machinery,11/6/1991,WRO\n'
    )
    rows = map_rows(wro.FEED, tmp_path, WRO + works + "Fishing Vessel: Sample 7,Atlantis,Fish,5/28/2025,WRO\n")
    company = [row for row in rows if row["entity_type"] is None]
    (vessel,) = [row for row in rows if row["entity_type"] == "vessel"]
    assert names(company) == [
        (0, "Invented (New) Works", "primary"), (1, "Model Prison", "aka"), (2, "Sample Farm", "aka"),
        (3, "Works No. 2", "aka"),
    ]  # fmt: skip
    assert (company[0]["countries"], company[0]["remarks"]) == ("Atlantis", "Machinery")
    assert (company[0]["valid_from"], company[0]["valid_to"]) == (date(1991, 11, 6), None)
    assert (vessel["name"], vessel["programme"], vessel["list_code"]) == ("Sample 7", "WRO", "wro")


def test_an_order_and_its_finding_are_one_entity_and_countries_tell_names_apart(tmp_path: Path) -> None:
    rows = map_rows(
        wro.FEED, tmp_path,
        WRO + "Works,Atlantis,M,10/29/1958,Finding\nWorks,Atlantis,M,12/28/1953,WRO\nWorks,Elbonia,M,1/2/2003,WRO\n",
    )  # fmt: skip
    assert sorted((row["countries"], row["programme"], row["valid_from"]) for row in rows) == [
        ("Atlantis", "Finding; WRO", date(1953, 12, 28)), ("Elbonia", "WRO", date(2003, 1, 2)),
    ]  # fmt: skip


@pytest.mark.parametrize(("on", "entries_n"), [(date(2026, 11, 19), 0), (date(2026, 11, 20), 1)])
def test_an_order_counts_from_its_effective_date(tmp_path: Path, on: date, entries_n: int) -> None:
    assert len(map_rows(wro.FEED, tmp_path, WRO + "Works,Atlantis,M,11/20/2026,WRO\n", on)) == entries_n


@pytest.mark.parametrize(
    ("row", "rules"),
    [
        ("Works,Atlantis,M,20/11/2026,WRO\n", ["unreadable_effective_date"]),
        ("Works,Atlantis,M,,WRO\n", ["missing_effective_date"]),
        ("Works,Atlantis,M,11/20/2026,Ban\n", ["unknown_action_type"]),
        (",Atlantis,M,11/20/2026,WRO\n", ["missing_entity"]),
    ],
)
def test_a_bad_order_is_held_for_its_reason(tmp_path: Path, row: str, rules: list[str]) -> None:
    assert name_rules(wro.FEED, tmp_path, WRO + row) == rules


@pytest.mark.parametrize(
    ("on", "entries_n"),
    [(date(2026, 9, 30), 0), (date(2026, 10, 1), 3), (date(2026, 12, 31), 3), (date(2027, 1, 1), 0)],
)
def test_a_local_entry_is_in_force_within_its_dates_only(tmp_path: Path, on: date, entries_n: int) -> None:
    row = "Müller & Söhne,MS|M+S,CN,three low values,Desk 4,2026-10-01,2026-12-31\n"
    rows = map_rows(local_list.FEED, tmp_path, LOCAL + row, on)
    assert len(rows) == entries_n
    if rows:
        first = rows[0]
        assert names(rows) == [(0, "Müller & Söhne", "primary"), (1, "M+S", "aka"), (2, "MS", "aka")]
        assert (first["list_code"], first["programme"], first["countries"]) == ("local", "local", "China")
        assert first["remarks"] == "three low values; owner: Desk 4"
        assert (first["valid_from"], first["valid_to"]) == (date(2026, 10, 1), date(2026, 12, 31))


def test_local_entries_of_one_name_and_country_are_one(tmp_path: Path) -> None:
    rows = map_rows(
        local_list.FEED, tmp_path,
        LOCAL + "Sample,,CN,a,D1,2026-02-01,2026-12-31\nSample,S,CN,b,D2,2026-01-01,\nSample,,,c,D1,2026-03-01,\n",
    )  # fmt: skip
    merged = [row for row in rows if row["countries"] == "China"]
    assert names(merged) == [(0, "Sample", "primary"), (1, "S", "aka")]
    assert merged[0]["remarks"] == "a; owner: D1; b; owner: D2"
    assert (merged[0]["valid_from"], merged[0]["valid_to"]) == (date(2026, 1, 1), None)
    assert len({row["entity_id"] for row in rows}) == 2


@pytest.mark.parametrize(
    ("row", "rules"),
    [
        ("Sample,,CN,,Desk 4,2026-10-01,\n", ["missing_reason"]),
        ("Sample,,CN,why,,2026-10-01,\n", ["missing_owner"]),
        ("Sample,,CN,why,Desk 4,,\n", ["missing_valid_from"]),
        ("Sample,,QQ,why,Desk 4,2026-10-01,\n", ["unknown_country"]),
        ("Sample,,CN,why,Desk 4,2026-10-01,2026-09-30\n", ["misordered_dates"]),
        ("Sample,,CN,why,Desk 4,10/01/2026,tomorrow\n", ["unreadable_valid_from", "unreadable_valid_to"]),
    ],
)
def test_a_local_entry_needs_reason_owner_and_dates(tmp_path: Path, row: str, rules: list[str]) -> None:
    assert name_rules(local_list.FEED, tmp_path, LOCAL + row) == rules


def test_a_local_list_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    with run_feed(local_list.FEED, tmp_path) as run, pytest.raises(FileRefusedError, match="UTF-8"):
        run.read("list.csv", (LOCAL + "Müller,,CN,why,Desk 4,2026-10-01,\n").encode("latin-1"))


def read_consolidated(run: FeedRun) -> None:
    run.read("CONS_PRIM.CSV", f'96,"DOE, Jane","individual","NS-PLC"{NULLS[:-5]},"a.k.a. \'JD\'."\r\n\x1a')
    run.read("cons_alt.csv", '96,7,"aka","DOE, J.",-0- \r\n\x1a')
    run.read("ofac_cons_add.csv", '96,3,-0- ,-0- ,"Elbonia",-0- \r\n\x1a')


def test_the_consolidated_files_have_the_layout_of_the_sanctions_list(tmp_path: Path) -> None:
    with run_feed(ofac_cons.FEED, tmp_path) as run:
        read_consolidated(run)
        assert run.keep(ofac_cons.FEED.links) == {}
        rows = run.map_reference(ENTRY)
    assert names(rows) == [(-1, "JD", "aka"), (0, "DOE, Jane", "primary"), (7, "DOE, J.", "aka")]
    assert {(row["list_code"], row["entity_id"], row["countries"]) for row in rows} == {("ofac_cons", "96", "Elbonia")}


@pytest.mark.parametrize("name", ["SDN.CSV", "alt.csv", "cons_comments.csv", "xcons_add.csv"])
def test_a_file_that_is_none_of_the_consolidated_ones_is_refused(tmp_path: Path, name: str) -> None:
    with run_feed(ofac_cons.FEED, tmp_path) as run, pytest.raises(FileRefusedError, match=r"none of CONS_PRIM\.CSV"):
        run.read(name, "")
