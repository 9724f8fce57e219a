"""Changes of parties, lines and routes: when they alarm, what they say, and that a date follows from the one before."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from data_quality.contract import load_contract
from tests.support.entry import DAY
from tests.support.work import Bench, open_bench
from tests.unit.made_lake import write_partition
from tidewaiter.engine.duckdb import scan_parquet
from tidewaiter.lake import Lake
from tidewaiter.parties.change import CHANGE_TABLES, find_changes
from tidewaiter.parties.change_sentence import write_sentence
from tidewaiter.policy import load_policy
from tidewaiter.settings import SHIPPED_POLICY

POLICY = load_policy(SHIPPED_POLICY).change
NIGHTS = 45
FIRST = DAY - timedelta(days=NIGHTS)
Counts = Mapping[str, int]


def run_night(bench: Bench, counts: Counts, consignees_n: int = 2) -> None:
    """Publish the state and the alarms of a night on which each shipper has so many shipments of USD 20."""
    links = [
        (f"{shipper}{n}", shipper, None, "610910", None, "CN>CN>4701", f"{shipper}>{n % consignees_n}", 20.0)
        for shipper, count in counts.items()
        for n in range(count)
    ]
    ids = ("shipper", "seller", "tariff_line", "line_origin", "lane", "pair")
    names = ["shipment_id", *(f"{name}_id" for name in ids), "value_usd"]
    schema = {name: pl.Float64 if name == "value_usd" else pl.String for name in names}
    bench.con.register("link", pl.DataFrame(links, schema, orient="row").to_arrow())
    bench.con.execute("create or replace temp view party_shipment_entity as from link")
    bench.con.execute(f"""
        create or replace temp table party_entity_day as
        select 'shipper' as entity_kind, md5_number_lower('shipper|' || shipper_id) as entity_key,
            shipper_id as entity_id, date '{bench.on}' as counted_on, count(*) as shipments_n,
            sum(value_usd) as value_usd, count(*) * 2.0 as gross_weight_kg
        from link group by shipper_id
    """)
    for table in ("party.mix_day", "feature.entity"):
        scan_parquet(bench.con, table.replace(".", "_"), [], load_contract(table))
    find_changes(bench.con, bench.lake, bench.on, POLICY)
    for table in CHANGE_TABLES:
        bench.publish(table, table.replace(".", "_"))


def run_nights(folder: Path, counts: Sequence[Counts], first: int = 0) -> list[dict[str, Any]]:
    """Run a night for each of the counts and return all alarms, each with its night."""
    found = []
    for night, each in enumerate(counts, first):
        with open_bench(folder, FIRST + timedelta(days=night)) as bench:
            run_night(bench, each)
            rows = bench.con.sql("select * from party_change order by entity_kind, place").pl()
        found += [{"night": night, **row} for row in rows.to_dicts()]
    return found


def test_a_shipper_that_ships_seven_times_as_much_alarms_once_and_says_so(tmp_path: Path) -> None:
    steady = [{"S7": 14, "calm": 14}] * 35
    alarms = run_nights(tmp_path, [*steady, *[{"S7": 96, "calm": 14}] * 5])
    assert [(each["entity_id"], each["series"], each["direction"]) for each in alarms] == [("S7", "volume", "up")]
    assert alarms[0]["night"] == 35
    assert alarms[0]["sentence"] == "shipper S7: 14 a day for five weeks, 96 today, now 50% one consignee"


def test_shippers_that_became_one_have_not_risen_and_a_rise_of_both_is_told(tmp_path: Path) -> None:
    run_nights(tmp_path, [{"A": 14, "B": 30, "calm": 14}] * 35)
    became = {"party_id": "B", "change": "merged", "other_id": "A"}
    write_partition(Lake(tmp_path / "lake"), "party.party", [became], FIRST + timedelta(days=35))
    assert run_nights(tmp_path, [{"A": 44, "calm": 14}] * 5, first=35) == []
    (alarm,) = run_nights(tmp_path, [{"A": 264, "calm": 14}], first=40)
    assert alarm["sentence"] == "shipper A: 44 a day for five weeks, 264 today, now 50% one consignee"


def test_what_has_not_been_watched_long_enough_does_not_alarm(tmp_path: Path) -> None:
    warm = POLICY.warm_up_nights
    assert run_nights(tmp_path, [*[{"S7": 2}] * (warm - 2), {"S7": 90}]) == []


def test_a_shipper_that_stops_and_comes_back_as_before_does_not_alarm(tmp_path: Path) -> None:
    assert run_nights(tmp_path, [*[{"S7": 5}] * 30, *[{}] * 5, *[{"S7": 5}] * 5]) == []


def test_more_changed_than_the_quota_leaves_the_most_changed(tmp_path: Path) -> None:
    quota = POLICY.quota["shipper"]
    names = [f"S{n:02d}" for n in range(quota + 3)]
    calm = {f"C{n:02d}": 4 for n in range(quota + 10)}
    risen = {name: 40 + n for n, name in enumerate(names)}
    alarms = run_nights(tmp_path, [*[{**calm, **dict.fromkeys(names, 4)}] * 30, {**calm, **risen}])
    assert [each["entity_id"] for each in alarms] == names[:2:-1]
    assert [each["place"] for each in alarms] == list(range(1, quota + 1))


def test_a_date_built_again_from_the_night_before_has_the_same_bytes(tmp_path: Path) -> None:
    nights = [{"S1": 3 + n % 4, "S2": 9 - n % 5} for n in range(6)]
    run_nights(tmp_path, nights)
    paths = sorted((tmp_path / "lake" / "party" / "change_state").rglob("part.parquet"))[3:]
    before = [path.read_bytes() for path in paths]
    for path in paths:
        path.unlink()
    run_nights(tmp_path, nights[3:], first=3)
    assert [path.read_bytes() for path in paths] == before


def test_a_later_night_moves_no_earlier_state(tmp_path: Path) -> None:
    nights = [{"S1": 4}] * 5
    run_nights(tmp_path, nights)
    path = tmp_path / "lake" / "party" / "change_state" / f"date={FIRST + timedelta(days=2)}" / "part.parquet"
    before = path.read_bytes()
    run_nights(tmp_path, nights[2:3], first=2)
    assert path.read_bytes() == before


def test_a_night_without_shipments_or_past_has_no_change(tmp_path: Path) -> None:
    assert run_nights(tmp_path, [{}]) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"first_on": DAY - timedelta(days=8), "since_on": DAY - timedelta(days=3)},
         "shipper 0123abcd: 14 a day for five days, 96 since Tuesday, now 80% one consignee"),
        ({}, "shipper 0123abcd: 14 a day for eight weeks, 96 since Tuesday, now 80% one consignee"),
        ({"series": "unit_value", "level_before": 3.7, "level_since": 2.2, "top_consignee_share": None},
         "shipper 0123abcd: USD 40 a shipment for eight weeks, USD 9 since Tuesday"),
        ({"series": "new_pair", "level_before": 0.1, "level_since": 0.9, "top_consignee_share": 0.2},
         "shipper 0123abcd: 10% of its shipments between parties that had not met for eight weeks, 90% since Tuesday"),
    ],
)  # fmt: skip
def test_an_alarm_is_one_sentence(changes: dict[str, Any], sentence: str) -> None:
    since = DAY - timedelta(days=3)
    alarm = {
        "entity_kind": "shipper", "entity_id": "0123abcd" * 4, "series": "volume", "level_before": 14.2,
        "level_since": 96.0, "since_on": since, "first_on": since - timedelta(days=58), "shipments_n": 99,
        "top_consignee_share": 0.8,
    }  # fmt: skip
    assert write_sentence({**alarm, **changes}, DAY) == sentence
