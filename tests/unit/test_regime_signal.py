"""Compliance signals of small tables: what is looked at, what is said, and what says nothing."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from data_quality.contract import load_contract
from tests.support.work import Bench, open_bench
from tests.unit.made_lake import write_partition
from tidewaiter.engine.duckdb import scan_parquet
from tidewaiter.regime.compliance import INPUTS, count_signals, count_unanswered, find_signals

Row = dict[str, Any]


def shipment(number: int, **changes: Any) -> Row:
    at = datetime(2025, 4, 1, 15)
    return {
        "shipment_id": f"entry:ZZA0000000{number}", "stream": "low_value", "entry_type": "86", "filed_at": at,
        "estimated_arrival_at": at, "port_code": "4701", "mode_code": "40", "origin_country": "VN",
        "hts10": "6109100012",
        "house_bill": "H1", "pieces_n": 1, "value_usd": 20, "lines_n": 1, "is_known_consignor": True,
        "packing_country": "VN", **changes,
    }  # fmt: skip


def judge(folder: Path, rows: list[Row], parties: list[Row] | None = None, lines: list[Row] | None = None) -> Row:
    ids = [row["shipment_id"] for row in rows]
    named = [
        {"shipment_id": each, "role": role, "party_number": 1, "name": "N", "address": "A", "country": "VN"}
        for each in ids
        for role in ("shipper", "consignee")
    ]
    entities = [{"shipment_id": row["shipment_id"], "consignee_id": row.get("consignee_id")} for row in rows]
    given = dict(zip(INPUTS, (rows, lines or [], named if parties is None else parties, entities), strict=True))
    with open_bench(folder) as bench:
        for table, content in given.items():
            path = write_partition(bench.lake, table, content, bench.on)
            scan_parquet(bench.con, table.replace(".", "_"), [path], load_contract(table))
        return _read(bench)


def _read(bench: Bench) -> Row:
    regimes = bench.policy.regimes
    cases = find_signals(bench.con, regimes)
    columns = "shipment_id[-1:], signal_code, observed, sentence, regime_id"
    return {
        "rows": bench.rows(f"select {columns} from core_compliance_signal order by all"),
        "counts": count_signals(bench.con, regimes),
        "unanswered": count_unanswered(regimes, cases),
    }


def test_a_good_claim_says_nothing(tmp_path: Path) -> None:
    found = judge(tmp_path, [shipment(1)])
    assert found["rows"] == []
    assert set(found["counts"].values()) == {0}
    assert set(found["unanswered"].values()) == {0}


def test_missing_data_is_named_without_what_is_there(tmp_path: Path) -> None:
    nameless = [{"shipment_id": "entry:ZZA00000001", "role": "consignee", "party_number": 1, "name": "Pat Example"}]
    (row,) = judge(tmp_path, [shipment(1, hts10="6109", pieces_n=None)], parties=nameless)["rows"]
    missing = (
        "consignee's address, quantity, shipper's address, shipper's country, shipper's name, ten-digit tariff line"
    )
    assert row[:3] == ("1", "DATA_MISSING", f"without {missing}")
    assert row[4] == "entry_type_86_test"
    assert "Pat" not in str(row)


@pytest.mark.parametrize(("month", "day", "code"), [(11, 20, "DATA_MISSING_SOFT"), (11, 21, "DATA_MISSING")])
def test_air_data_is_asked_for_and_then_required(tmp_path: Path, month: int, day: int, code: str) -> None:
    at = datetime(2026, month, day, 15)
    late = {"entry_type": "11", "filed_at": at, "estimated_arrival_at": at}
    rows = [shipment(1, **late, packing_country=None), shipment(2, **late, packing_country=None, mode_code="30")]
    found = judge(tmp_path, rows)["rows"]
    assert [(number, each, what) for number, each, what, _, _ in found] == [("1", code, "without country of packing")]


def test_a_known_consignor_stands_in_for_the_age_of_the_account(tmp_path: Path) -> None:
    at = datetime(2026, 11, 20, 15)
    late = {"entry_type": "11", "filed_at": at, "estimated_arrival_at": at, "account_opened_on": None}
    found = judge(tmp_path, [shipment(1, **late), shipment(2, **late, is_known_consignor=False)])["rows"]
    assert [(number, what) for number, _, what, _, _ in found] == [("2", "without age of the shipping account")]


def test_the_limit_is_for_a_consignee_and_day(tmp_path: Path) -> None:
    rows = [
        shipment(1, value_usd=500, consignee_id="a"),
        shipment(2, value_usd=300.01, consignee_id="a"),
        shipment(3, value_usd=700, consignee_id="b"),
        shipment(4, value_usd=700, consignee_id="b", filed_at=datetime(2025, 4, 2, 15)),
        shipment(5, value_usd=700),
        shipment(6, value_usd=700),
        shipment(7, value_usd=700, consignee_id="b", entry_type="11"),
    ]
    found = judge(tmp_path, rows)["rows"]
    assert [row[:2] for row in found] == [("1", "DAY_SUM_OVER_EXEMPTION"), ("2", "DAY_SUM_OVER_EXEMPTION")]
    assert {row[2] for row in found} == {"2 shipments, USD 800.01 together"}


def test_a_day_begins_where_the_laws_clock_is(tmp_path: Path) -> None:
    """At 03:59 UTC it is still the first of May on the east coast, a minute later the second."""
    before, after = (datetime(2025, 5, 2, *clock) for clock in ((3, 59), (4, 0)))
    rows = [
        shipment(number, origin_country="CN", filed_at=at, estimated_arrival_at=at)
        for number, at in ((1, before), (2, after))
    ]
    found = judge(tmp_path, rows)["rows"]
    assert {row[0] for row in found} == {"2"}


def test_goods_filed_early_are_judged_on_the_day_they_arrive(tmp_path: Path) -> None:
    early = {"filed_at": datetime(2025, 4, 28, 15), "estimated_arrival_at": datetime(2025, 5, 2, 15)}
    found = judge(tmp_path, [shipment(1, origin_country="HK", **early)])["rows"]
    assert "claims the low-value exemption for HK origin, barred since 2025-05-02" in {row[3] for row in found}


def test_one_line_of_a_barred_origin_is_enough(tmp_path: Path) -> None:
    at = datetime(2025, 6, 2, 15)
    mixed = shipment(1, lines_n=2, filed_at=at, estimated_arrival_at=at)
    lines = [
        {"shipment_id": mixed["shipment_id"], "line_number": line, "origin_country": origin, "hts10": "6109100012"}
        for line, origin in ((1, "VN"), (2, "CN"))
    ]
    found = judge(tmp_path, [mixed], lines=lines)["rows"]
    assert [row[1] for row in found] == ["ENTRY_TYPE_NOT_LEGAL", "EXEMPTION_BARRED_ORIGIN"]
    assert "origin CN" in found[0][2]


def test_a_manifest_claims_nothing(tmp_path: Path) -> None:
    at = datetime(2026, 11, 20, 15)
    bill = {"entry_type": None, "filed_at": at, "estimated_arrival_at": at, "value_usd": 90000, "stream": "ocean"}
    found = judge(tmp_path, [shipment(1, **bill, mode_code="11", origin_country="CN", hts10=None)])
    assert found["rows"] == []
    assert set(found["unanswered"].values()) == {0}


def test_entries_in_a_gap_of_the_rules_are_counted(tmp_path: Path) -> None:
    at = datetime(2026, 4, 1, 15)
    found = judge(tmp_path, [shipment(1, entry_type="11", mode_code="50", filed_at=at, estimated_arrival_at=at)])
    assert found["rows"] == []
    assert found["unanswered"] == {"eligible": 0, "legal": 1, "duty_method": 1}
