"""A small lake of two ports, and its release, for tests of what reads a finished night.

Belongs here: writing partitions by contract, one made-up night, asking a published file.
Belongs elsewhere: what each reader does with it (test_release.py, test_view.py).
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from data_quality.contract import Column, load_contract
from tidewaiter.engine.duckdb import write_table
from tidewaiter.lake import Lake, hash_file
from tidewaiter.policy import Policy, load_policy
from tidewaiter.release.build import ReleaseResult, build_release
from tidewaiter.release.meta import TABLES
from tidewaiter.settings import SHIPPED_POLICY

ON = date(2026, 11, 20)
FILED_AT = datetime(2026, 11, 19, 20, 15)
STAND_INS: Mapping[str, Any] = {"varchar": "x", "integer": 1, "bigint": 1, "double": 0.5, "boolean": True, "date": ON}
REASONS: list[dict[str, Any]] = [
    {
        "code": "price_log_ratio",
        "text": "declared value per kg is 0.13 times that of its tariff line and origin",
        "value": "0.13 times",
        "comparison": "median of this line and origin USD 14.20/kg",
        "contribution": 0.82,
    },
    {"code": "shipper_first_seen_days", "text": "the shipper first seen 0 days ago", "value": "0 days",
     "comparison": None, "contribution": 0.41},
    {"code": "vague_words_share", "text": "vague words make up 100% of the goods text", "value": "100%",
     "comparison": None, "contribution": 0.2},
    {"code": "rule:price_far_below_its_line", "text": "declared far below what this line is usually worth",
     "value": "yes", "comparison": None, "contribution": 0.15},
    {"code": "is_known_consignor", "text": "verified known consignor: yes", "value": "yes", "comparison": None,
     "contribution": -0.11},
]  # fmt: skip

QUALITY_RESULT = {"table_name": "core.shipment", "source": "contract", "rule": "repeated_key", "severity": "error",
                  "passed": True, "evaluated_by": "expect_column_values_to_be_unique"}  # fmt: skip
QUALITY_MEASURE = {"table_name": "core.shipment", "column_name": "*", "measure": "rows_n", "code": "*", "value": 8.0}

Rows = Iterable[Mapping[str, Any]]


def shipped_policy() -> Policy:
    """Return the policy of the repository."""
    return load_policy(SHIPPED_POLICY)


FAIRNESS = {
    "group_kind": "origin", "group_code": "CN", "first_on": ON, "shipments_today_n": 8, "shipments_n": 80, "exams_n": 6,
    "cleared_n": 4, "false_hold_share": 0.05, "random_exams_n": 0, "random_findings_n": 0,
}  # fmt: skip


def write_partition(lake: Lake, table: str, rows: Rows, on: date = ON) -> Path:
    """Publish a partition; required columns that a row leaves out get a stand-in of their type."""
    contract = load_contract(table)
    values = [
        [row[each.name] if each.name in row else _stand_in(each, on) for each in contract.columns] for row in rows
    ]
    target = lake.path(table, on)
    target.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as con:
        columns = ", ".join(f'"{each.name}" {each.sql_type}' for each in contract.columns)
        con.execute(f"create table given ({columns})")
        if values:
            marks = ", ".join("?" * len(contract.columns))
            con.executemany(f"insert into given values ({marks})", values)
        write_table(con, "given", contract, target)
    return target


def _stand_in(column: Column, on: date) -> Any:
    if not column.required:
        return None
    return {**STAND_INS, "timestamp": FILED_AT, "date": on}[column.sql_type]


def shipment_id(number: int) -> str:
    """Return the id of the made-up shipment of that number."""
    return f"entry:XYZ{number:08d}"


def scored_row(number: int, policy: Policy, **other: Any) -> dict[str, Any]:
    """Return a row that score.shipment and queue.item share; shipment 1 has the largest consequence of its port."""
    stamp = {"run_id": "night-1", "model_version": "m1", "policy_version": policy.version}
    loss = 1200.0 / number
    return {
        **stamp, "shipment_id": shipment_id(number), "stream": "low_value", "team": "air cargo", "rank": number,
        "port_code": "4701" if number <= 6 else "9999", "is_selected": number in (1, 2, 7), "selector": "targeted",
        "score": round(0.9 / number, 4), "p_revenue": 0.3, "inclusion_probability": 1.0,
        "expected_loss_usd": loss, "expected_consequence_usd": loss * 2, "reasons": REASONS, **other,
    }  # fmt: skip


def core_row(number: int) -> dict[str, Any]:
    """Return the shipment's row of core.shipment."""
    return {
        "shipment_id": shipment_id(number), "stream": "low_value", "entry_type": "86", "mode_code": "40",
        "port_code": "4701" if number <= 6 else "9999", "origin_country": "CN", "export_country": "HK",
        "hts10": "6109100012", "description": "gift for Aunt Mabel", "value_usd": 640, "gross_weight_kg": 2.5,
        "filed_at": FILED_AT, "estimated_arrival_at": FILED_AT, "house_bill": f"H{number}",
        "source_file": "low_value_entry/2026-11-20/a.csv", "source_line": number + 1,
    }  # fmt: skip


def signal_row(number: int) -> dict[str, Any]:
    """Return a compliance signal of the shipment."""
    return {
        "shipment_id": shipment_id(number), "signal_code": "EXEMPTION_BARRED_ORIGIN", "severity": "high",
        "judged_on": ON, "regime_id": "china_hong_kong_ineligible",
        "sentence": "claims the low-value exemption for CN origin, barred since 2025-05-02",
        "observed": "entry type 86, origin CN, mode 40, USD 640.00",
    }  # fmt: skip


def duty_row(number: int) -> dict[str, Any]:
    """Return the row of core.line_duty of the shipment's one line."""
    return {
        "shipment_id": shipment_id(number), "line_number": 1, "hts10": "6109100012", "origin_country": "CN",
        "hts8": "61091000", "duty_method": "ad_valorem", "duty_rate": 0.24, "duty_owed_usd": 153.6,
        "is_duty_known": True, "chain": "16.5 % MFN + 7.5 % Section 301 list 4A = 24 % of USD 640 = USD 153.60",
    }  # fmt: skip


def change_row() -> dict[str, Any]:
    """Return an alarm of party.change."""
    return {
        "entity_kind": "lane", "entity_id": "CN>HK>4701", "entity_key": 1, "place": 1, "series": "volume",
        "direction": "up", "score": 9.5, "level_before": 14.0, "level_since": 96.0, "nights_n": 4,
        "sentence": "route CN>HK>4701: 14 a day for eight weeks, 96 since Tuesday",
    }  # fmt: skip


def link_row(number: int) -> dict[str, Any]:
    """Return an edge of queue.link."""
    return {
        "shipment_id": shipment_id(number), "link_number": 1, "hop_n": 0, "party_id": "p1", "role": "consignee",
        "identifier_kind": "address", "identifier_number": 1, "parties_n": 2, "is_listed": False,
    }  # fmt: skip


def make_lake(root: Path, policy: Policy, on: date = ON, shipments_n: int = 8) -> Lake:
    """Publish what a release reads: port 4701 with six shipments and two queued, port 9999 with the rest and one."""
    lake = Lake(root)
    numbers = range(1, shipments_n + 1)
    scored = [scored_row(number, policy, date=on) for number in numbers]
    queued = [{**row, "rank": 1 if row["rank"] == 7 else row["rank"]} for row in scored if row["is_selected"]]
    write_partition(lake, "score.shipment", [_without_selector(row) for row in scored], on)
    write_partition(lake, "queue.item", queued, on)
    write_partition(lake, "core.shipment", [core_row(number) for number in numbers], on)
    write_partition(lake, "core.compliance_signal", [signal_row(1)], on)
    write_partition(lake, "core.line_duty", [duty_row(number) for number in numbers], on)
    write_partition(lake, "core.landed_file", [_landed(on, "a.csv"), _landed(on, "b.csv")], on)
    write_partition(lake, "queue.summary", [_summary("4701", 6, 2, policy, on), _summary("9999", 2, 1, policy, on)], on)
    write_partition(lake, "score.fairness", [FAIRNESS], on)
    write_partition(lake, "quality.result", [QUALITY_RESULT], on)
    write_partition(lake, "quality.measure", [QUALITY_MEASURE], on)
    write_partition(lake, "party.change", [change_row()], on)
    write_partition(lake, "queue.link", [link_row(1)], on)
    return lake


def add_evidence(lake: Lake, number: int = 1, on: date = ON) -> None:
    """Publish what an explanation reads beyond a release: goods, parties, a list hit, features and a finding."""
    own = {"shipment_id": shipment_id(number)}
    write_partition(lake, "core.shipment_line", [{**own, "line_number": 1, "description": "gift"}], on)
    named = {"name": "Mabel Example", "address": "1 Example Street", "city": "Queens", "country": "US"}
    write_partition(lake, "core.shipment_party", [{**own, **named, "role": "consignee", "party_number": 1}], on)
    hit = {"role": "consignee", "list_code": "ofac_sdn", "entity_id": "1", "score": 1.0}
    names = {"listed_name": "EXAMPLE, Mabel", "matched_key": "example mabel"}
    write_partition(lake, "party.hit", [{**own, **hit, **names}], on)
    record = {"shipper_first_seen_days": 0.0, "shipper_exams_n": 12.0, "shipper_finding_share": 0.25}
    rows = [{"shipment_id": shipment_id(each), **(record if each == number else {})} for each in range(1, 9)]
    write_partition(lake, "feature.shipment", [{"stream": "low_value", "port_code": "4701", **row} for row in rows], on)
    found = {"finding_id": "F1", "shipment_on": on, "finding_code": "UNDERVALUED", "family": "revenue", "loss_usd": 300}
    write_partition(lake, "outcome.finding", [{**own, **found, "exam_kind": "intensive"}], on)


def _without_selector(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "selector": row["selector"] if row["is_selected"] else None}


def _landed(on: date, name: str) -> dict[str, Any]:
    file = f"low_value_entry/{on}/{name}"
    return {"feed": "low_value_entry", "file": file, "sha256": name[0] * 64, "status": "accepted", "rows_n": 4}


def _summary(port: str, shipments_n: int, queued_n: int, policy: Policy, on: date) -> dict[str, Any]:
    return {
        "run_id": "night-1", "date": on, "port_code": port, "team": "air cargo", "capacity": 2,
        "shipments_n": shipments_n, "mandatory_n": 0, "targeted_n": queued_n, "novelty_n": 0, "random_n": 0,
        "mandatory_left_n": 0, "party_left_n": 0, "trusted_left_n": 0, "random_probability": 0.0,
        "threshold_usd": 1200.0, "scored_by": "model", "model_version": "m1", "policy_version": policy.version,
        "explanation": f"{queued_n} of {shipments_n} shipments, the largest expected consequence first",
    }  # fmt: skip


def build(home: Path, policy: Policy, on: date = ON) -> ReleaseResult:
    """Build the release of a home's lake."""
    return build_release(Lake(home / "lake"), policy, home / "releases", on)


def ask(file: Path, query: str) -> list[tuple[Any, ...]]:
    """Return what a published file answers."""
    with duckdb.connect(str(file), read_only=True) as con:
        return con.sql(query).fetchall()


def sums_hold(sums: Path) -> bool:
    """Return whether a release's files are those of its list of sums."""
    lines = [line.split("  ") for line in sums.read_text(encoding="utf-8").splitlines()]
    return len(lines) > len(TABLES) and all(hash_file(sums.parent / name) == digest for digest, name in lines)
