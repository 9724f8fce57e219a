"""Code lists that map one spelling to another end in codes that there are."""

import re

import pytest

from data_quality.codes import load_codes

CODES = load_codes()


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("airport_country", "country"),
        ("airport_port", "port"),
        ("ams_country", "country"),
        ("ams_mode", "mode"),
        ("schedule_k_country", "country"),
        ("state_country", "country"),
        ("truck_operation", "record_status"),
        ("x12_party", "party_role"),
    ],
)
def test_every_meaning_is_a_code_of_the_list_it_is_mapped_to(name: str, target: str) -> None:
    assert {meaning for meaning in CODES[name].values() if meaning not in CODES[target]} == set()


def test_every_airport_of_arrival_is_an_airport_of_a_country() -> None:
    assert set(CODES["airport_port"]) <= set(CODES["airport_country"])
    assert {CODES["airport_country"][code] for code in CODES["airport_port"]} == {"US"}


@pytest.mark.parametrize(
    ("airport", "port"),
    [("JFK", "4701"), ("LAX", "2720"), ("MIA", "5206"), ("ORD", "3901"), ("ANC", "3126"), ("MEM", "2095")],
)
def test_the_large_cargo_airports_have_their_ports(airport: str, port: str) -> None:
    assert CODES["airport_port"][airport] == port


def test_airports_and_currencies_are_three_letters() -> None:
    codes = [*CODES["airport_port"], *CODES["airport_country"], *CODES["currency"]]
    assert [code for code in codes if not re.fullmatch("[A-Z]{3}", code)] == []
    assert len(CODES["currency"]) > 150
