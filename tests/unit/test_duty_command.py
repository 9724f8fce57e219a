"""The command `duty`, the night's table and its check, on a small home."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.duty import LINES, LISTS, ORDERS, SHIRT, ByValueAlways
from tests.support.home import options, run_command
from tests.unit.made_lake import ON, shipment_id, write_partition
from tidewaiter.duty.carried import CarriedRates
from tidewaiter.duty.night import DutyNight, find_line_duty
from tidewaiter.engine.duckdb import open_connection
from tidewaiter.lake import Lake
from tidewaiter.policy import load_policy
from tidewaiter.settings import SHIPPED_POLICY, Settings

LANDED = date(2026, 11, 10)


def land_tariff(lake: Lake, on: date, snapshot_on: date) -> None:
    for table, rows in (("tariff_line", LINES), ("tariff_action", LISTS), ("adcvd_order", ORDERS)):
        write_partition(lake, f"reference.{table}", [{**row, "snapshot_on": snapshot_on} for row in rows], on)


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    settings = Settings(tmp_path / "home", tmp_path / "landing", SHIPPED_POLICY)
    land_tariff(Lake(settings.lake), LANDED, LANDED)
    return settings


def ask(settings: Settings, *words: str) -> tuple[int, str, str]:
    home, policy = options(settings)[0:2], options(settings)[4:6]
    said = run_command("duty", *home, *policy, *words)
    return said.code, said.out, said.err


def test_a_person_is_told_the_duty_its_reasons_and_what_would_be_owed_otherwise(home: Settings) -> None:
    code, out, _ = ask(home, "--hts", "6109.10.00", "--origin", "cn", "--value", "400", "--date", "2026-11-20")
    assert code == 0
    assert "duty owed      USD 146.00" in out
    assert (
        "16.5 % MFN + 7.5 % Section 301 list 4A + 12.5 % Section 301 forced labor = 36.5 % of USD 400 = USD 146" in out
    )
    assert "another line   61099010 would owe USD 178.00" in out
    assert "tariff of      2026-11-10" in out
    assert "rests on       s301_list_4a" in out
    assert "left out       preferences under trade agreements" in out


def test_where_no_other_line_or_origin_owes_more_that_is_said(home: Settings) -> None:
    asked = ("--hts", "6109.90.10", "--value", "400", "--date", "2026-11-20", "--origin")
    code, out, _ = ask(home, *asked, "CN")
    assert code == 0
    owed = next(line for line in out.splitlines() if line.startswith("duty owed")).split("USD ")[1]
    [line] = [line for line in out.splitlines() if line.startswith("another line")]
    most = line.split("USD ")[1].split(",")[0]
    assert line.startswith("another line   none would owe more: the most is USD ")
    assert line.endswith(", of 61091000")
    assert float(most) <= float(owed)


def test_the_same_as_json_and_what_is_not_known_in_words(home: Settings) -> None:
    asked = ("--hts", "0402999000", "--origin", "NZ", "--value", "400", "--date", "2026-11-20")
    code, out, _ = ask(home, *asked, "--kg", "10", "--json")
    assert (code, json.loads(out)["duty_owed_usd"]) == (0, 114.23)
    assert "not known      the quantity in KG is not declared" in ask(home, *asked)[1]


def test_the_newest_tariff_at_or_before_the_day_is_taken(home: Settings) -> None:
    asked = ("--hts", SHIRT, "--origin", "VN", "--value", "400", "--json")
    land_tariff(Lake(home.lake), ON, ON)
    found = [
        json.loads(ask(home, *asked, "--date", day)[1])["tariff_snapshot_on"] for day in ("2026-11-19", "2026-11-20")
    ]
    assert found == ["2026-11-10", "2026-11-20"]


@pytest.mark.parametrize(
    ("words", "ends_with", "message"),
    [
        (("--hts", "61", "--origin", "CN", "--date", "2026-11-20"), 2, "61 is no tariff number"),
        (("--hts", "6109", "--origin", "XX", "--date", "2026-11-20"), 2, "XX is no country code"),
        (("--hts", "6109", "--origin", "CN", "--date", "2026-11-20", "--mode", "99"), 2, "99 is no mode code"),
        (("--hts", "6109", "--origin", "CN", "--date", "2026-11-09"), 1, "no tariff is in"),
    ],
)
def test_what_cannot_be_answered_says_why_and_what_to_do(
    home: Settings, words: tuple[str, ...], ends_with: int, message: str
) -> None:
    code, _, err = ask(home, *words)
    assert code == ends_with
    assert message in err
    assert "fix:" in err


def test_a_night_finds_duty_line_by_line_with_prices_of_earlier_days_only(home: Settings, tmp_path: Path) -> None:
    lake, policy = Lake(home.lake), load_policy(SHIPPED_POLICY)
    land_tariff(lake, ON, LANDED)
    own = {"shipment_id": shipment_id(1), "origin_country": "VN", "hts10": "6109100012", "gross_weight_kg": 2}
    lines = [{**own, "line_number": 1, "value_usd": 100}, {**own, "line_number": 2, "value_usd": None}]
    write_partition(lake, "core.shipment_line", lines)
    place = {"port_code": "4701", "mode_code": "40", "stream": "low_value", "shipment_id": shipment_id(1)}
    write_partition(lake, "core.shipment", [{**place, "entry_type": "11"}])
    for day, band in ((LANDED, 100), (ON, 40)):
        row = {"hs6": "610910", "origin_country": "VN", "price_band": band, "shipments_n": 3}
        write_partition(lake, "party.price_day", [row], day)
    with open_connection(policy.engine, tmp_path) as con:
        relation = find_line_duty(con, lake, policy, DutyNight(ON, ByValueAlways(), CarriedRates()))
        rows = con.table(relation).order("line_number").fetchall()
        names = con.table(relation).columns
    first, second = (dict(zip(names, row, strict=True)) for row in rows)
    assert (first["duty_owed_usd"], second["duty_owed_usd"]) == (Decimal("29.00"), None)
    assert first["duty_if_value_usd"] == Decimal("88.26"), (
        "29 % of 2 kg at the middle of band 100, USD 152.17 a kilogram"
    )
