"""Sums of days that take back what later dates replace or remove, and what reads them.

Belongs here: party.entity_day and party.price_day over several dates, and the features made of them.
Belongs elsewhere: random sequences of filings (tests/property/test_history_sums.py).
"""

from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from tests.support.filing import day, file_entry, land, rows
from tests.support.work import Bench, open_bench
from tidewaiter.features.family import compute_family
from tidewaiter.features.request import FeatureRequest

ENTITY = ("counted_on", "shipments_n", "value_usd")


def shippers(folder: Path, place: int) -> list[tuple[object, ...]]:
    found = rows(folder, "party.entity_day", place, "entity_kind", *ENTITY)
    return sorted(row[1:] for row in found if row[0] == "shipper")


def test_an_amendment_takes_the_earlier_version_back_where_it_was_counted(tmp_path: Path) -> None:
    land(tmp_path, 0, file_entry(1, 0, value_usd="10"), file_entry(2, 0, value_usd="20"))
    land(tmp_path, 2, file_entry(1, 2, status="amended", value_usd="50"))
    assert shippers(tmp_path, 0) == [(day(0), 2, Decimal(30))]
    assert shippers(tmp_path, 2) == [(day(0), -1, Decimal(-10)), (day(2), 1, Decimal(50))]
    prices = rows(tmp_path, "party.price_day", 2, "counted_on", "shipments_n")
    assert sorted(prices) == [(day(0), -1), (day(2), 1)]


def test_a_cancellation_takes_back_and_adds_nothing(tmp_path: Path) -> None:
    land(tmp_path, 0, file_entry(1, 0, value_usd="10"))
    land(tmp_path, 2, file_entry(1, 2, status="cancelled"))
    assert shippers(tmp_path, 2) == [(day(0), -1, Decimal(-10))]
    land(tmp_path, 3, file_entry(1, 3, status="cancelled"))
    assert shippers(tmp_path, 3) == []


@pytest.mark.parametrize("hour", [1, 0])
def test_a_repeat_or_an_older_filing_takes_nothing_back(tmp_path: Path, hour: int) -> None:
    land(tmp_path, 0, file_entry(1, 0, hour=1))
    land(tmp_path, 2, file_entry(1, 0, hour=hour))
    assert shippers(tmp_path, 2) == []


def test_what_is_taken_back_is_the_entity_that_was_counted(tmp_path: Path) -> None:
    land(tmp_path, 0, file_entry(1, 0, shipper_name="Old Maker"))
    land(tmp_path, 1, file_entry(1, 1, status="amended", shipper_name="New Maker"))
    entities = rows(tmp_path, "party.shipment_entity", 0, "shipper_id") + rows(
        tmp_path, "party.shipment_entity", 1, "shipper_id"
    )
    found = rows(tmp_path, "party.entity_day", 1, "entity_id", "shipments_n")
    assert [dict(found)[entity] for (entity,) in entities] == [-1, 1]


def test_nothing_is_taken_back_from_a_date_that_is_not_in_the_lake(tmp_path: Path) -> None:
    land(tmp_path, 0, file_entry(1, 0))
    for table in ("party/shipment_entity", "core/shipment"):
        (tmp_path / "lake" / table / f"date={day(0)}" / "part.parquet").unlink()
    land(tmp_path, 1, file_entry(1, 1, status="amended"))
    assert [row[:2] for row in shippers(tmp_path, 1)] == [(day(1), 1)]
    assert rows(tmp_path, "core.shipment", 1, "replaces_on") == [(day(0),)]


def features(bench: Bench, family: str) -> pl.DataFrame:
    name = compute_family(bench.con, family, FeatureRequest(bench.lake, bench.on, bench.policy))
    return bench.con.sql(f"select * from {name} order by all").pl()


def shipper_features(folder: Path, on: date) -> list[tuple[float, float, float]]:
    with open_bench(folder, on) as bench:
        found = features(bench, "entity").filter(pl.col("entity_kind") == "shipper")
    return found.select("first_seen_days", "shipments_28d_n", "shipments_today_n").rows()


def test_a_shipment_amended_tonight_is_not_its_own_history(tmp_path: Path) -> None:
    land(tmp_path, 0, file_entry(1, 0))
    land(tmp_path, 2, file_entry(1, 2, status="amended"))
    assert shipper_features(tmp_path, day(2)) == [(2, 0, 1)]
    with open_bench(tmp_path, day(2)) as bench:
        assert features(bench, "price")["price_history_n"].to_list() == [0]


def test_first_seen_does_not_move_with_an_amendment(tmp_path: Path) -> None:
    land(tmp_path, 0, file_entry(1, 0))
    land(tmp_path, 2, file_entry(1, 2, status="amended"))
    land(tmp_path, 4, file_entry(1, 4, status="cancelled"))
    land(tmp_path, 7, file_entry(2, 7))
    assert shipper_features(tmp_path, day(7)) == [(7, 0, 1)]


@pytest.mark.parametrize(("place", "counted"), [(28, 2), (29, 2), (30, 1), (31, 0)])
def test_a_shipment_counts_once_at_every_edge_of_the_window(tmp_path: Path, place: int, counted: int) -> None:
    land(tmp_path, 0, file_entry(1, 0))
    land(tmp_path, 1, file_entry(2, 1))
    land(tmp_path, 2, file_entry(1, 2, status="amended"))
    land(tmp_path, place, file_entry(9, place))
    assert [found[1] for found in shipper_features(tmp_path, day(place))] == [counted]


def test_a_total_that_a_partly_rebuilt_history_drives_below_zero_reaches_no_feature(tmp_path: Path) -> None:
    land(tmp_path, 0, file_entry(1, 0))
    land(tmp_path, 1, file_entry(1, 1, status="cancelled"))
    land(tmp_path, 0, file_entry(5, 0, shipper_name="Another Maker", hts10="8471300100"))
    land(tmp_path, 2, file_entry(2, 2))
    assert [found[1] for found in shipper_features(tmp_path, day(2))] == [0]
    with open_bench(tmp_path, day(2)) as bench:
        assert features(bench, "price")["price_history_n"].to_list() == [0]


def test_a_correction_known_later_moves_no_earlier_feature(tmp_path: Path) -> None:
    for place in range(3):
        land(tmp_path, place, file_entry(place, place), file_entry(50 + place, place))
    before = shipper_features(tmp_path, day(2))
    land(tmp_path, 3, file_entry(0, 3, status="amended"), file_entry(51, 3, status="cancelled"))
    assert shipper_features(tmp_path, day(2)) == before
    assert shipper_features(tmp_path, day(3)) == [(3, 4, 1)]
