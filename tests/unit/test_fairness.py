"""Who is held for nothing: groups of a night, and counts by hand over a window.

Belongs here: group sizes, exams by group, what no feature may stand for.
Belongs elsewhere: choosing (test_selection.py).
"""

import re
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.unit.labelled_world import make_features, put
from tidewaiter.features.catalog import load_catalog
from tidewaiter.lake import Lake
from tidewaiter.policy import load_policy
from tidewaiter.settings import SHIPPED_POLICY
from tidewaiter.targeting.fairness import list_large, measure_fairness

FIRST = date(2026, 1, 1)
SECOND = FIRST + timedelta(days=1)
# What would stand for who a person is, rather than for goods, firms and papers. Countries of goods are facts of trade.
FORBIDDEN = re.compile(
    r"nationalit|citizen|ethnic|race|racial|religio|surname|first_name|given_name|last_name|gender|sex|language|native|immigra"
    r"|visa|passport|birth|age_of_person|accent|skin|consignee_country|consignee_name|shipper_name|name_origin",
)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = Lake(tmp_path / "lake")
    for place, on in enumerate((FIRST, SECOND)):
        rows = make_features(6, place).with_columns(
            shipper_shipments_28d_n=pl.Series([0.0, 1.0, 8.0, 50.0, 98.0, None]),
            shipper_shipments_today_n=pl.lit(1.0),
        )
        put(lake, "feature.shipment", on, rows)
        origins = ["CN", "CN", "VN", "VN", None, "CN"]
        shops = ["big", "big", "small", None, "big", None]
        put(
            lake,
            "core.shipment",
            on,
            rows.select("shipment_id", origin_country=pl.Series(origins), marketplace=pl.Series(shops)),
        )
    return lake


def run(lake: Lake, on: date, chosen: list[bool]) -> pl.DataFrame:
    path = lake.path("feature.shipment", on)
    scored = pl.read_parquet(path).select("shipment_id", is_selected=pl.Series(chosen))
    found = measure_fairness(lake, path, scored, on, 90)
    put(lake, "score.fairness", on, found.table)
    put(lake, "queue.group", on, found.groups)
    return found.table


def judge(lake: Lake, on: date, results: list[tuple[int, int, str]], landed: date) -> None:
    ids = pl.read_parquet(lake.path("feature.shipment", on))["shipment_id"]
    rows = [
        (ids[place], on, "revenue", y, source, datetime(2026, 1, 1, 9), 0.0, 0.01 * (place + 1))
        for place, y, source in results
    ]
    columns = [
        "shipment_id", "shipment_on", "family", "y", "source", "known_at", "loss_usd", "inclusion_probability",
    ]  # fmt: skip
    put(lake, "outcome.label", landed, pl.DataFrame(rows, schema=columns, orient="row"))


def row(table: pl.DataFrame, kind: str, code: str) -> dict[str, object]:
    return table.filter(group_kind=kind, group_code=code).row(0, named=True)


def test_a_first_night_counts_arrivals_and_no_exam(lake: Lake) -> None:
    table = run(lake, FIRST, [True] * 6)
    assert row(table, "origin", "CN")["shipments_n"] == 3
    assert row(table, "origin", "unknown")["shipments_n"] == 1
    assert table["exams_n"].sum() == 0
    assert (
        table.select("false_hold_share", "false_hold_low", "false_hold_high").null_count().row(0) == (table.height,) * 3
    )
    assert row(table, "origin", "CN")["finding_share"] is None


def test_shippers_and_marketplaces_are_told_apart_by_size(lake: Lake) -> None:
    table = run(lake, FIRST, [True] * 6)
    sizes = dict(table.filter(group_kind="shipper_size").select("group_code", "shipments_n").rows())
    assert sizes == {"1": 1, "2 to 9": 2, "10 to 99": 2, "unknown": 1}
    shops = dict(table.filter(group_kind="marketplace_size").select("group_code", "shipments_n").rows())
    assert shops == {"large": 3, "small": 1, "none": 2}


def test_an_exam_that_found_nothing_is_a_false_hold_unless_it_was_drawn(lake: Lake) -> None:
    run(lake, FIRST, [True, True, True, False, False, True])
    judge(lake, FIRST, [(0, 0, "targeted"), (1, 1, "targeted"), (2, 0, "random"), (5, 1, "random")], FIRST)
    table = run(lake, SECOND, [True] * 6)
    china, vietnam = row(table, "origin", "CN"), row(table, "origin", "VN")
    assert (china["exams_n"], china["cleared_n"], china["shipments_n"]) == (2, 1, 6)
    assert china["false_hold_share"] == pytest.approx(1 / 6)
    assert (china["random_exams_n"], china["random_findings_n"], china["finding_share"]) == (1, 1, 1.0)
    assert (vietnam["exams_n"], vietnam["random_exams_n"], vietnam["finding_share"]) == (0, 1, 0.0)
    assert vietnam["false_hold_share"] == 0.0


def test_a_drawn_exam_counts_for_the_shipments_that_it_stands_for(lake: Lake) -> None:
    run(lake, FIRST, [True] * 6)
    judge(lake, FIRST, [(0, 1, "random"), (1, 0, "random")], FIRST)
    china = row(run(lake, SECOND, [True] * 6), "origin", "CN")
    # Chances of 1 % and 2 %: the finding stands for a hundred shipments, the other exam for fifty.
    assert china["finding_share"] == pytest.approx(2 / 3)
    assert china["random_exams_n"] == 2


def test_what_lands_on_the_night_itself_is_not_counted_yet(lake: Lake) -> None:
    run(lake, FIRST, [True] * 6)
    judge(lake, FIRST, [(0, 0, "targeted")], SECOND)
    assert run(lake, SECOND, [True] * 6)["exams_n"].sum() == 0


def test_arrivals_add_up_over_the_window_and_the_same_night_twice_counts_once(lake: Lake) -> None:
    run(lake, FIRST, [True] * 6)
    first = run(lake, SECOND, [True] * 6)
    again = run(lake, SECOND, [True] * 6)
    assert first.equals(again)
    assert first.filter(group_kind="origin")["shipments_n"].sum() == 12
    assert first.filter(group_kind="origin")["shipments_today_n"].sum() == 6


def test_large_marketplaces_are_those_that_first_make_half() -> None:
    assert list_large(pl.Series("marketplace", ["a"] * 5 + ["b"] * 3 + ["c"] * 2 + [None])) == ["a"]
    assert list_large(pl.Series("marketplace", ["a"] * 2 + ["b"] * 2 + ["c"] * 2)) == ["a", "b"]
    assert list_large(pl.Series("marketplace", [], dtype=pl.String)) == []


def test_no_feature_and_no_rule_stands_for_who_a_person_is() -> None:
    for feature in load_catalog().features:
        assert not FORBIDDEN.search(f"{feature.column} {feature.meaning} {feature.text}".lower()), feature.column
    for rule in load_policy(SHIPPED_POLICY).rules.rules:
        assert not FORBIDDEN.search(f"{rule.id} {rule.sentence} {rule.expression}".lower()), rule.id


def test_features_of_a_receiver_come_from_its_record_alone() -> None:
    record = {"first_seen_days", "exams_n", "findings_n", "finding_share", "recent_finding_share", "value_today_usd"}
    own = [each for each in load_catalog().features if each.column.startswith("consignee_") and each.entity is None]
    assert {each.column for each in own} <= {"consignee_day_value_usd", "consignee_address_parties_n"}
    for each in load_catalog().features:
        if each.entity == "consignee":
            measure = each.column.removeprefix("consignee_")
            assert measure in record or re.fullmatch(r"shipments_(\d+d|today)_n", measure), each.column
