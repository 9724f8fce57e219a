"""What a night knows of its entities: windows, records and prices by what was known before it."""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.support.filing import day, file_entry, land
from tests.support.work import open_bench
from tests.unit.made_lake import write_partition
from tidewaiter.features.family import compute_family
from tidewaiter.features.request import FeatureRequest
from tidewaiter.lake import Lake

LANE = "CN>HK>4701"


def features(folder: Path, on: date, family: str = "entity") -> pl.DataFrame:
    with open_bench(folder, on) as bench:
        name = compute_family(bench.con, family, FeatureRequest(bench.lake, on, bench.policy))
        return bench.con.sql(f"select * from {name} order by all").pl()


def find(frame: pl.DataFrame, kind: str) -> dict[str, Any]:
    return frame.filter(entity_kind=kind).row(0, named=True)


def sum_entity(folder: Path, place: int, kind: str, entity: str, shipments_n: int) -> None:
    """Publish a date's sums of one entity."""
    on = day(place)
    row = {"entity_kind": kind, "entity_id": entity, "counted_on": on, "shipments_n": shipments_n}
    with open_bench(folder, on) as bench:
        key = bench.rows(f"select md5_number_lower('{kind}|{entity}')")[0][0]
    filled = {**row, "entity_key": key, "value_usd": 1, "gross_weight_kg": 1}
    write_partition(Lake(folder / "lake"), "party.entity_day", [filled], on)


def know(folder: Path, place: int, exams_n: int, findings_n: int, kind: str = "lane", entity: str = LANE) -> None:
    """Publish exams of one entity, known and landed on a day."""
    row = {"entity_kind": kind, "entity_id": entity, "known_on": day(place), "exams_n": exams_n, "loss_usd": 0}
    write_partition(Lake(folder / "lake"), "outcome.entity_outcome", [{**row, "findings_n": findings_n}], day(place))


def name_lane(folder: Path, place: int) -> str:
    return str(find(features(folder, day(place)), "lane")["entity_id"])


@pytest.mark.parametrize(
    ("back", "counted"), [(7, (1, 1, 1, 1)), (8, (0, 1, 1, 1)), (29, (0, 0, 1, 1)), (91, (0, 0, 0, 1)), (366, (0,) * 4)]
)
def test_a_lasting_kind_is_looked_back_on_for_a_year_in_four_windows(
    tmp_path: Path, back: int, counted: tuple[int, ...]
) -> None:
    land(tmp_path, 0, file_entry(1, 0))
    sum_entity(tmp_path, -back, "lane", name_lane(tmp_path, 0), 1)
    found = find(features(tmp_path, day(0)), "lane")
    assert tuple(found[f"shipments_{days}d_n"] for days in (7, 28, 90, 365)) == counted
    assert found["first_seen_days"] == (back if back <= 365 else 0)


@pytest.mark.parametrize(("back", "first_seen"), [(90, 90), (91, 0)])
def test_a_consignee_is_looked_back_on_for_ninety_days(tmp_path: Path, back: int, first_seen: int) -> None:
    land(tmp_path, 0, file_entry(1, 0))
    consignee = find(features(tmp_path, day(0)), "consignee")["entity_id"]
    sum_entity(tmp_path, -back, "consignee", consignee, 1)
    assert find(features(tmp_path, day(0)), "consignee")["first_seen_days"] == first_seen


def test_a_later_row_and_a_finding_that_is_known_late_move_no_feature(tmp_path: Path) -> None:
    for place in range(3):
        land(tmp_path, place, file_entry(place, place))
    lane = name_lane(tmp_path, 2)
    know(tmp_path, 1, 3, 1, entity=lane)
    before = {family: features(tmp_path, day(2), family) for family in ("entity", "price")}
    assert find(before["entity"], "lane")["exams_n"] == 3
    know(tmp_path, 2, 50, 50, entity=lane)
    know(tmp_path, 3, 50, 50, entity=lane)
    land(tmp_path, 3, file_entry(9, 3, value_usd="9"), file_entry(0, 3, status="amended", value_usd="7"))
    for family, frame in before.items():
        assert features(tmp_path, day(2), family).equals(frame)
    assert find(features(tmp_path, day(3)), "lane")["exams_n"] == 53


def test_a_record_without_exams_is_that_of_its_kind_and_a_kind_leans_on_all(tmp_path: Path) -> None:
    land(tmp_path, 5, file_entry(1, 5))
    know(tmp_path, 3, 80, 20, entity="XX>XX>0000")
    write = {"entity_kind": "shipper", "entity_id": "someone", "known_on": day(4), "exams_n": 20, "findings_n": 20}
    write_partition(Lake(tmp_path / "lake"), "outcome.entity_outcome", [{**write, "loss_usd": 0}], day(4))
    found = features(tmp_path, day(5))
    assert find(found, "filer")["finding_share"] == pytest.approx(0.25)
    assert find(found, "lane")["finding_share"] == pytest.approx((20 + 20 * 0.25) / 100)
    assert find(found, "shipper")["finding_share"] == pytest.approx((20 + 20 * 0.25) / 40)


def test_an_old_exam_weighs_less_in_a_recent_record(tmp_path: Path) -> None:
    land(tmp_path, 0, file_entry(1, 0))
    lane = name_lane(tmp_path, 0)
    know(tmp_path, -180, 40, 40, entity=lane)
    know(tmp_path, -1, 40, 0, entity=lane)
    found = find(features(tmp_path, day(0)), "lane")
    assert found["finding_share"] == pytest.approx(0.5)
    weights = 0.5 ** (180 / 90), 0.5 ** (1 / 90)
    assert found["recent_finding_share"] == pytest.approx(weights[0] / sum(weights))


def test_a_price_is_measured_in_the_spread_of_its_line_and_against_its_own_mode(tmp_path: Path) -> None:
    prices = (("40", 10), ("40", 20), ("40", 40), ("10", 2), ("10", 1))
    filings = [file_entry(n, 0, mode_code=mode, value_usd=str(value)) for n, (mode, value) in enumerate(prices)]
    land(tmp_path, 0, *filings)
    land(tmp_path, 1, file_entry(9, 1, mode_code="10", value_usd="10"))
    found = features(tmp_path, day(1), "price").row(0, named=True)
    assert found["price_log_ratio"] == pytest.approx(0, abs=0.06)
    assert found["price_deviation_n"] == pytest.approx(0, abs=0.06)
    assert found["price_mode_log_ratio"] == pytest.approx(2.3, abs=0.06)


def test_the_same_date_built_again_after_its_past_was_built_again_is_the_same(tmp_path: Path) -> None:
    def build() -> bytes:
        for place in range(3):
            land(tmp_path, place, file_entry(place, place), file_entry(20 + place, place, hts10="8471300100"))
        return Lake(tmp_path / "lake").path("party.entity_day", day(2)).read_bytes()

    first, frame = build(), features(tmp_path, day(2))
    assert build() == first
    assert features(tmp_path, day(2)).equals(frame)
