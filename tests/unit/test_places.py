"""Schedule D and Schedule K files and the ports in force that they make."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.landed_feed import ON, run_feed
from tidewaiter.errors import FileRefusedError
from tidewaiter.ingest import schedule_d, schedule_k
from tidewaiter.ingest.feed import Feed

D_HEADER = "port_code,port_name,district_code\n"
K_HEADER = "unlocode,name,city,province,country,lon,lat,timezone,census_schedule_code,unlocs\n"


def map_rows(feed: Feed, folder: Path, content: str) -> list[dict[str, Any]]:
    """Read one file, expect nothing held, and return the ports."""
    with run_feed(feed, folder) as run:
        run.read("ports.csv", content)
        assert run.keep(()) == {}
        return run.map_reference(feed.core_tables[0])


def name_rules(feed: Feed, folder: Path, content: str) -> list[str]:
    """Return the rules that the rows of one file break."""
    with run_feed(feed, folder) as run:
        run.read("ports.csv", content)
        return [rule for rules in run.keep(()).values() for rule in rules]


def test_a_port_code_keeps_its_leading_zeros_and_a_district_is_no_port(tmp_path: Path) -> None:
    rows = map_rows(schedule_d.FEED, tmp_path, D_HEADER + '0102,"BANGOR, ME",01\n01XX,"PORTLAND, ME",01\n')
    assert rows == [{"port_code": "0102", "name": "BANGOR, ME", "district_code": "01", "snapshot_on": ON}]


def test_a_port_that_is_listed_twice_counts_once_under_its_first_name(tmp_path: Path) -> None:
    rows = map_rows(schedule_d.FEED, tmp_path, D_HEADER + "2809,Second Town,28\n2809,Another,28\n0401,Boston,04\n")
    assert [(row["port_code"], row["name"]) for row in rows] == [("0401", "Boston"), ("2809", "Second Town")]


@pytest.mark.parametrize(
    ("row", "rules"),
    [
        ("101,Portland,1\n", ["malformed_district_code", "malformed_port_code"]),
        ("47O1,Jamaica,47\n", ["malformed_port_code"]),
        ("4701,,47\n", ["missing_port_name"]),
    ],
)
def test_a_bad_port_is_held_for_its_reason(tmp_path: Path, row: str, rules: list[str]) -> None:
    assert name_rules(schedule_d.FEED, tmp_path, D_HEADER + row) == rules


def test_a_foreign_port_has_its_country_and_the_code_of_schedule_k(tmp_path: Path) -> None:
    content = (
        "AEDXB,Dubai,Dubai,Dubayy,United Arab Emirates,55.27,25.25,Asia/Dubai,52005,AEDXB\n"
        "ANCUR,Curacao,,,Netherlands,,,,27737,ANCUR\nCABCK,Brockville,,,Canada,-75.7,44.6,,1694,CABCK\n"
    )
    dubai, curacao, brockville = map_rows(schedule_k.FEED, tmp_path, K_HEADER + content)
    assert dubai == {
        "unlocode": "AEDXB", "schedule_k_code": "52005", "name": "Dubai", "country": "AE", "latitude_deg": 25.25,
        "longitude_deg": 55.27, "snapshot_on": ON,
    }  # fmt: skip
    assert (curacao["country"], curacao["latitude_deg"]) == (None, None), "a country that is no more has no code"
    assert brockville["schedule_k_code"] is None, "four digits on a foreign port are of another schedule"


def test_ports_of_the_united_states_are_not_foreign_and_a_code_may_have_several_ports(tmp_path: Path) -> None:
    content = "USLAX,Los Angeles,,,,,,,2704,USLAX\nPRSJU,San Juan,,,,,,,4909,PRSJU\n"
    shared = "MXATM,Altamira,,,Mexico,,,,20193,\nMXTAM,Tampico,,,Mexico,,,,20193,\nMXTAM,Tampico,,,Mexico,,,,20193,\n"
    rows = map_rows(schedule_k.FEED, tmp_path, K_HEADER + content + shared)
    assert [(row["unlocode"], row["schedule_k_code"]) for row in rows] == [("MXATM", "20193"), ("MXTAM", "20193")]


@pytest.mark.parametrize(
    ("row", "rules"),
    [
        ("dxb,Dubai,,,,,,,52005,\n", ["malformed_unlocode"]),
        ("AEDXB,Dubai,,,,200,25,,52005,\n", ["out_of_range_longitude_deg"]),
        ("AEDXB,Dubai,,,,55,north,,5200,\n", ["unreadable_latitude_deg"]),
        ("AEDXB,,,,,,,,520,\n", ["malformed_census_schedule_code", "missing_name"]),
    ],
)
def test_a_bad_foreign_port_is_held_for_its_reason(tmp_path: Path, row: str, rules: list[str]) -> None:
    assert name_rules(schedule_k.FEED, tmp_path, K_HEADER + row) == rules


def test_a_file_without_schedule_codes_is_refused(tmp_path: Path) -> None:
    with run_feed(schedule_k.FEED, tmp_path) as run, pytest.raises(FileRefusedError, match="census_schedule_code"):
        run.read("ports.csv", "unlocode,name\nAEDXB,Dubai\n")
