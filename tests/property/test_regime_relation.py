"""Answers for a whole table are those for its shipments one by one, and signals are those of their claims."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from data_quality.codes import load_codes
from data_quality.contract import load_contract
from tidewaiter.policy import load_policy
from tidewaiter.regime.answer import find_duty_method, find_eligibility, find_legal_types, make_case
from tidewaiter.regime.compliance import find_signals
from tidewaiter.regime.signal import judge_claim
from tidewaiter.settings import SHIPPED_POLICY

REGIMES = load_policy(SHIPPED_POLICY).regimes
EASTERN, UTC = ZoneInfo("America/New_York"), ZoneInfo("UTC")
# Moments on both sides of each day on which something changes, where the law's clock is.
MOMENTS = [
    datetime(day.year, day.month, day.day, 4) + timedelta(hours=hours)
    for day in REGIMES.cells.days
    if day > date(2010, 1, 1)
    for hours in (-12, -1, 0, 1, 12)
]
shipments = st.fixed_dictionaries({
    "filed_at": st.sampled_from(MOMENTS),
    "transit_hours": st.integers(-30, 400),
    "origin_country": st.sampled_from(["CN", "HK", "VN", "DE", None]),
    "line_origin": st.sampled_from(["CN", "VN"]),
    "mode_code": st.sampled_from(sorted(load_codes()["mode"])),
    "entry_type": st.sampled_from([*sorted(load_codes()["entry_type"]), None]),
    "value_usd": st.sampled_from([None, 0, 20, 200, 200.01, 800, 800.01, 2500, 2500.01, 90000]),
})  # fmt: skip


@contextmanager
def judge(given_rows: list[dict[str, Any]]) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        for table in ("core.shipment", "core.shipment_line", "core.shipment_party", "party.shipment_entity"):
            columns = ", ".join(f'"{each.name}" {each.sql_type}' for each in load_contract(table).columns)
            con.execute(f"create table {table.replace('.', '_')} ({columns})")
        for place, row in enumerate(given_rows):
            con.execute(
                "insert into core_shipment (shipment_id, entry_type, filed_at, estimated_arrival_at, mode_code, "
                "origin_country, value_usd, lines_n) values (?, ?, ?, ?, ?, ?, ?, 2)",
                [f"entry:{place}", row["entry_type"], row["filed_at"], arrival(row), row["mode_code"],
                 row["origin_country"], row["value_usd"]],
            )  # fmt: skip
            con.execute(
                "insert into core_shipment_line (shipment_id, line_number, origin_country) values (?, 1, ?), (?, 2, ?)",
                [f"entry:{place}", row["origin_country"], f"entry:{place}", row["line_origin"]],
            )
        find_signals(con, REGIMES)
        yield con


def arrival(row: dict[str, Any]) -> datetime:
    moment: datetime = row["filed_at"] + timedelta(hours=row["transit_hours"])
    return moment


def entered_on(row: dict[str, Any]) -> date:
    return max(each.replace(tzinfo=UTC).astimezone(EASTERN).date() for each in (row["filed_at"], arrival(row)))


@settings(max_examples=25, deadline=None)
@given(st.lists(shipments, min_size=1, max_size=12))
def test_the_answers_for_a_table_are_those_for_each_shipment(given_rows: list[dict[str, Any]]) -> None:
    with judge(given_rows) as con:
        found = con.execute("select * exclude (filed_on, regime_ids) from core_shipment_regime").fetchall()
    assert len(found) == len(given_rows)
    for shipment_id, on, eligible, legal, unknown, method in found:
        row = given_rows[int(shipment_id.removeprefix("entry:"))]
        goods = (row["origin_country"], row["mode_code"])
        types = find_legal_types(REGIMES, on, *goods, row["value_usd"])
        assert on == entered_on(row)
        assert {True: "yes", False: "no", None: "unknown"}[eligible] == find_eligibility(
            REGIMES, on, *goods, row["value_usd"]
        ).value
        assert legal == [code for code, answer in types.items() if answer.value == "yes"]
        assert unknown == [code for code, answer in types.items() if answer.value == "unknown"]
        assert method == find_duty_method(REGIMES, on, *goods, row["entry_type"], row["value_usd"]).value


@settings(max_examples=25, deadline=None)
@given(st.lists(shipments, min_size=1, max_size=12))
def test_the_signals_of_a_table_are_those_of_each_origin_a_shipment_declares(given_rows: list[dict[str, Any]]) -> None:
    with judge(given_rows) as con:
        rows = con.execute(
            "select shipment_id, signal_code from core_compliance_signal "
            "where signal_code not like 'DATA%' and signal_code not like 'DAY%'"
        ).fetchall()
    expected = set()
    for place, row in enumerate(given_rows):
        for origin in (row["origin_country"], row["line_origin"]):
            case = make_case(entered_on(row), origin, row["mode_code"], row["entry_type"], row["value_usd"])
            expected |= {(f"entry:{place}", signal.code) for signal in judge_claim(REGIMES, case)}
    assert len(rows) == len(set(rows))
    assert set(rows) == expected
