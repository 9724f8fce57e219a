"""Parties that have become one have the past that each had under its own id.

Belongs here: features of a party after a merger, and of its pairs.
Belongs elsewhere: what merges parties (test_crosswalk.py), sums of days (test_party_history.py).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from tests.support.entry import ENTRY, landing_file, write_csv
from tests.support.filing import day, file_entry, rows
from tests.support.work import Bench, open_bench
from tests.unit.made_lake import write_partition
from tidewaiter.features.family import compute_family
from tidewaiter.features.request import FeatureRequest
from tidewaiter.ingest.low_value_entry import FEED
from tidewaiter.lake import Lake
from tidewaiter.night.context import Night
from tidewaiter.night.scoring import make_network
from tidewaiter.parties.merged import read_became
from tidewaiter.parties.policy import Same
from tidewaiter.settings import Settings

ONE = {"shipper_name": "Zevatakumi Trading Co., Ltd.", "shipper_country": "CN"}
OTHER = {"shipper_name": "Quilorbmira Works", "shipper_country": "CN"}


def filed(number: int, place: int, *changes: Mapping[str, str]) -> dict[str, str]:
    return {**file_entry(number, place), **{name: text for each in changes for name, text in each.items()}}


def land_by(folder: Path, place: int, *filings: Mapping[str, str], same: tuple[Same, ...] = ()) -> None:
    """Land filings on a day on which a person has established that parties are the same."""
    with open_bench(folder, day(place)) as bench:
        policy = replace(bench.policy, parties=bench.policy.parties.model_copy(update={"same": same}))
        write_csv(landing_file(bench.landing, FEED.folder, "a.csv", bench.on), ENTRY, filings)
        replace(bench, policy=policy).land(FEED)


def begin(folder: Path) -> None:
    land_by(folder, 0, filed(1, 0, ONE), filed(2, 0, OTHER), filed(3, 0, OTHER))
    land_by(folder, 1, filed(4, 1, OTHER))


def merge(folder: Path, place: int, *filings: Mapping[str, str]) -> None:
    """Land filings on a day on which two makers of two days before are one, the first kept."""
    if not Lake(folder / "lake").dates("party.alias"):
        begin(folder)
    ids = dict(rows(folder, "party.alias", 0, "name", "party_id"))
    same = Same(party_ids=(ids[ONE["shipper_name"]], ids[OTHER["shipper_name"]]), reason="one firm", owner="desk")
    land_by(folder, place, *filings, same=(same,))


def compute(folder: Path, place: int, kind: str) -> list[dict[str, Any]]:
    with open_bench(folder, day(place)) as bench:
        name = compute_family(bench.con, "entity", _ask(bench))
        return bench.con.sql(f"from {name} order by all").pl().filter(pl.col("entity_kind") == kind).to_dicts()


def _ask(bench: Bench) -> FeatureRequest:
    return FeatureRequest(bench.lake, bench.on, bench.policy)


def test_shipments_under_every_id_count_for_a_party_that_was_merged(tmp_path: Path) -> None:
    merge(tmp_path, 3, filed(5, 3, OTHER))
    (shipper,) = compute(tmp_path, 3, "shipper")
    assert (shipper["first_seen_days"], shipper["shipments_28d_n"], shipper["shipments_today_n"]) == (3, 4, 1)


def test_a_pair_has_the_past_under_every_id_of_its_parties(tmp_path: Path) -> None:
    merge(tmp_path, 3, filed(5, 3, OTHER))
    (pair,) = compute(tmp_path, 3, "pair")
    assert (pair["first_seen_days"], pair["shipments_28d_n"]) == (3, 4)


def test_exams_under_every_id_count_for_a_party_that_was_merged(tmp_path: Path) -> None:
    merge(tmp_path, 3, filed(5, 3, ONE))
    ids = [party for _, party in rows(tmp_path, "party.alias", 0, "name", "party_id")]
    known = {"entity_kind": "shipper", "known_on": day(2), "exams_n": 1, "findings_n": 1, "loss_usd": 0}
    outcomes = [{**known, "entity_id": party} for party in sorted(set(ids))]
    write_partition(Lake(tmp_path / "lake"), "outcome.entity_outcome", outcomes, day(2))
    (shipper,) = compute(tmp_path, 3, "shipper")
    assert (shipper["exams_n"], shipper["findings_n"]) == (2, 2)


def test_what_is_taken_back_from_an_old_id_counts_no_more(tmp_path: Path) -> None:
    merge(tmp_path, 3, filed(5, 3, OTHER), {**filed(2, 3, OTHER), "record_status": "cancelled"})
    (shipper,) = compute(tmp_path, 3, "shipper")
    assert shipper["shipments_28d_n"] == 3


def test_a_merger_of_a_later_day_moves_no_earlier_feature(tmp_path: Path) -> None:
    begin(tmp_path)
    before = compute(tmp_path, 1, "shipper")
    merge(tmp_path, 3, filed(5, 3, OTHER))
    assert compute(tmp_path, 1, "shipper") == before
    with open_bench(tmp_path, day(3)) as bench:
        assert read_became(bench.con, bench.lake, day(3) - timedelta(days=1)) == {}
        assert len(read_became(bench.con, bench.lake, day(3))) == 1


def test_a_merged_party_has_one_place_in_the_network(tmp_path: Path) -> None:
    merge(tmp_path, 3, filed(5, 3, OTHER))
    lake = Lake(tmp_path / "lake")
    for place in (0, 1, 3):
        for table in ("party.hit", "outcome.entity_outcome"):
            write_partition(lake, table, [], day(place))
        make_edges(tmp_path, place)
    near = rows(tmp_path, "party.edge", 3, "party_id", "first_on")
    kept = dict(rows(tmp_path, "party.alias", 3, "name", "party_id"))[OTHER["shipper_name"]]
    old = set(dict(rows(tmp_path, "party.alias", 1, "name", "party_id")).values()) - {kept}
    assert (kept, day(0)) in near
    assert not [party for party, _ in near if party in old & became_ids(lake, 3)]


def became_ids(lake: Lake, place: int) -> set[str]:
    with duckdb.connect() as con:
        return set(read_became(con, lake, day(place)))


def make_edges(folder: Path, place: int) -> None:
    """Publish the network of a day."""
    with open_bench(folder, day(place)) as bench:
        night = Night(
            Settings(folder, bench.landing, bench.policy.folder),
            bench.policy, bench.lake, bench.on, bench.con, bench.scratch,
        )  # fmt: skip
        for table, relation in make_network(night).relations.items():
            bench.publish(table, relation)
