"""The targeting proof in a little world: runs, results, and that no policy sees the truth.

Belongs here: the loop from warm-up to results.
Belongs elsewhere: its figures (tests/unit/test_targeting_measure.py), the simulated world (tests of sample_data).
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from sample_data.world import World
from sample_data.world.lists import write_world_lists
from tests.support.stub_world import StubWorld, land_ports
from tidewaiter.prove.targeting.campaign import is_finished, keep_verdict
from tidewaiter.prove.targeting.chooser.random_draw import RandomDraw
from tidewaiter.prove.targeting.chooser.trees import BoostedTrees
from tidewaiter.prove.targeting.choosing import Chooser
from tidewaiter.prove.targeting.home import open_home, write_policy
from tidewaiter.prove.targeting.judge import TABLES, Verdict
from tidewaiter.prove.targeting.loop import Stand, run_policy, warm_up
from tidewaiter.prove.targeting.plan import Plan

PLAN = Plan(start=date(2026, 9, 7), warm_up_weeks=1, weeks=1, capacity_share=0.3)
Run = tuple[Verdict, StubWorld]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Chooser, bool], Run]:
    folder = tmp_path_factory.mktemp("proof")
    land_ports(folder / "landing", PLAN.start)
    worlds: list[StubWorld] = []

    def stand(hides: bool) -> Stand:
        def make(seed: int, _scale: float, _start: date) -> StubWorld:
            worlds.append(StubWorld(seed, hides=hides))
            return worlds[-1]

        return Stand(PLAN, 5, make, folder / "landing", folder / "work")

    stand(False).folder.mkdir(parents=True)
    warm_up(stand(False), ["core.shipment"], lambda _: None)
    return lambda chooser, hides: (run_policy(stand(hides), chooser, lambda _: None), worlds[-1])


def test_a_run_takes_as_many_exams_as_there_is_capacity(run: Callable[[Chooser, bool], Run]) -> None:
    verdict, world = run(RandomDraw(), False)
    (total,) = verdict.tables["total"].to_dicts()
    assert total["shipments_n"] == 7 * 40
    assert total["exams_n"] == 7 * 12
    assert len({each for _, each in world.examined}) == 14 * 12
    assert 0 < total["recall"] < total["oracle_recall"] <= 1


def test_what_no_warm_up_had_is_new(run: Callable[[Chooser, bool], Run]) -> None:
    verdict, _ = run(RandomDraw(), False)
    schemes = {row["scheme"]: row["is_new"] for row in verdict.tables["scheme"].to_dicts()}
    assert schemes == {"early": False, "late": True}


def test_a_policy_that_learns_chooses_the_same_whatever_the_truth_says(run: Callable[[Chooser, bool], Run]) -> None:
    _, told = run(BoostedTrees(), False)
    _, silent = run(BoostedTrees(), True)
    assert told.examined == silent.examined


def test_results_appear_whole_with_the_print_of_their_plan(run: Callable[[Chooser, bool], Run], tmp_path: Path) -> None:
    verdict, _ = run(RandomDraw(), False)
    keep_verdict(tmp_path / "a", verdict, "abc")
    assert is_finished(tmp_path / "a", "abc")
    assert not is_finished(tmp_path / "a", "abd")
    assert {path.stem for path in (tmp_path / "a").glob("*.parquet")} == set(TABLES)
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert pl.read_parquet(tmp_path / "a" / "week.parquet")["week"].to_list() == [1]


def test_every_shipment_of_a_simulated_day_is_in_the_lake_whatever_its_feed(tmp_path: Path) -> None:
    world = World(3, 0.0005, PLAN.start)
    write_world_lists(World(3, 0.0005, PLAN.start), 2, tmp_path / "lists")
    write_policy(tmp_path / "home" / "policy", {}, is_random=True)
    day = world.open_day(PLAN.start)
    with open_home(tmp_path / "home", tmp_path / "lists", ["core.shipment"]) as home:
        home.enter(day)
        home.run(day.on)
        arrived = pl.read_parquet(home.runner.lake.existing("core.shipment", day.on), columns=["shipment_id"])
    standing = day.truth.filter("is_standing")
    assert set(standing["ref_kind"]) == {"entry", "ocean_bill", "air_waybill", "truck_shipment"}
    assert set(arrived["shipment_id"]) == set(standing["shipment_id"])
