"""Who would be chosen for nothing, and what a model looks at: figures of the card, worked out by hand.

Belongs here: fairness on held-back nights, importance of topics.
Belongs elsewhere: what queues really did (test_fairness.py), the page (test_models_report.py).
"""

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from models.artifact import Model
from models.card import Fairness, Group
from models.dataset import read_examples
from models.evaluate import Judged, evaluate
from models.explain import add_facts
from models.fairness import KINDS, measure_fairness, say_fairness
from models.importance import measure_importance
from models.measure import estimate_share
from models.score import build_input, score_rows
from models.train import train_model
from models.weight import weigh_labels
from tests.unit.labelled_world import AS_OF, FEATURES, World, make_world
from tidewaiter.features.catalog import load_catalog
from tidewaiter.lake import Lake


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("fair"))


@pytest.fixture(scope="module")
def judged(world: World) -> Judged:
    return evaluate(read_examples(world.lake, AS_OF, 365, FEATURES).frame, FEATURES, world.policy)


@pytest.fixture(scope="module")
def found(world: World, judged: Judged) -> Fairness:
    fairness = measure_fairness(world.lake, judged, world.policy)
    assert fairness is not None
    return fairness


@pytest.fixture(scope="module")
def model(world: World) -> Model:
    return train_model(world.lake, world.policy, AS_OF, world.models)


def test_every_shipment_and_every_exam_is_in_one_group_of_each_kind(found: Fairness, judged: Judged) -> None:
    for kind in KINDS:
        groups = [each for each in found.groups if each.kind == kind]
        assert sum(each.shipments_n for each in groups) == found.whole.shipments_n
        assert sum(each.exams_n for each in groups) == found.whole.exams_n == judged.newest.height
        assert sum(each.chosen.value * each.shipments_n for each in groups) == pytest.approx(
            found.whole.chosen.value * found.whole.shipments_n
        )


def test_as_many_would_be_chosen_as_were_examined_within_what_the_gates_look_at(found: Fairness, world: World) -> None:
    assert found.chosen_share == world.policy.model.gates.capacity_share
    assert found.whole.chosen.value == pytest.approx(found.chosen_share, abs=0.02)


def test_only_held_back_nights_are_looked_at(found: Fairness, judged: Judged) -> None:
    assert found.first_on >= judged.evaluation.cut_on
    assert found.last_on < AS_OF


def find_least(judged: Judged, world: World, share: float) -> float:
    """Return what a shipment of the held-back nights has to be worth to be chosen."""
    nights = [world.lake.path("feature.shipment", on) for on in judged.newest["shipment_on"].unique().sort()]
    seen = pl.concat(pl.read_parquet(path).select("shipment_id", "port_code", *FEATURES) for path in nights)
    worth = score_rows(judged.fitted, seen, world.policy.costs)["expected_consequence_usd"]
    return float(np.quantile(worth.to_numpy(), 1 - share))


def test_false_alarms_are_counted_by_hand_for_one_origin(found: Fairness, judged: Judged, world: World) -> None:
    days = judged.newest["shipment_on"].unique()
    core = pl.concat(pl.read_parquet(world.lake.path("core.shipment", on)) for on in days)
    least = find_least(judged, world, found.chosen_share)
    violation = pl.any_horizontal("is_revenue", "is_contraband", "is_product", "is_forced_labor")
    exams = judged.newest.with_columns(
        weight=pl.Series(weigh_labels(judged.newest, world.policy)),
        is_chosen=judged.scored["expected_consequence_usd"] >= least,
    ).join(core.select("shipment_id", "origin_country"), on="shipment_id")
    clear = exams.filter(pl.col("origin_country") == "CN", ~violation)
    group = next(each for each in found.groups if (each.kind, each.name) == ("origin", "CN"))
    assert group.clear_n == clear.height
    assert group.false_alarm is not None
    expected = np.average(clear["is_chosen"].to_numpy(), weights=clear["weight"].to_numpy())
    assert group.false_alarm.value == pytest.approx(expected)
    assert 0 < expected < 1


def test_the_mode_of_a_shipment_is_that_of_its_code(found: Fairness) -> None:
    assert {each.name for each in found.groups if each.kind == "mode"} == {"mail", "air", "vessel", "passenger"}


def group(name: str, alarms_n: int, clear_n: int, chosen_n: int = 5) -> Group:
    share: dict[str, Any] = {"chosen": estimate_share(chosen_n, 100), "violation": None, "shipments_n": 100}
    alarm = estimate_share(alarms_n, clear_n) if clear_n else None
    counts: dict[str, Any] = {"exams_n": clear_n, "clear_n": clear_n, "clear_worth_n": float(clear_n)}
    return Group(kind="origin", name=name, false_alarm=alarm, **counts, **share)


def test_the_sentence_says_whether_a_difference_may_be_chance() -> None:
    whole = group("all", 30, 300)
    told = say_fairness(whole, (group("CN", 40, 200, 20), group("VN", 2, 200), group("DE", 9, 10, 1)))
    assert told.startswith(
        "Of shipments without a violation 10% would be chosen. By origin of the goods: chosen most CN"
    )
    assert "CN (20% of 100), least DE (1.0% of 100)" in told
    assert "for nothing most CN (20%, from 200 clear exams), least VN (1.0%, from 200 clear exams)" in told
    assert "more than chance makes" in told
    assert "which may be chance" in say_fairness(whole, (group("CN", 3, 25), group("VN", 2, 25)))
    assert "too few clear exams" in say_fairness(whole, (group("CN", 3, 25), group("VN", 2, 5)))
    assert say_fairness(group("all", 0, 0), ()).startswith("No clear exam")


def test_a_group_of_few_exams_is_told_where_it_has_more_false_alarms_than_chance_makes() -> None:
    whole = group("all", 30, 300)
    told = say_fairness(whole, (group("CN", 1, 200), group("VN", 1, 250), group("DE", 9, 12), group("FR", 1, 9)))
    assert "for nothing most CN (0.5%, from 200 clear exams), least VN (0.4%, from 250 clear exams)" in told
    assert "which may be chance; far more, by few exams: DE (75%, from 12 clear exams)." in told
    assert "FR" not in told.split("for nothing")[1]


def test_nothing_is_said_of_nights_that_are_not_published(judged: Judged, world: World, tmp_path: Path) -> None:
    assert measure_fairness(Lake(tmp_path), judged, world.policy) is None


def test_topics_share_out_what_facts_move(model: Model) -> None:
    card = model.card
    assert sum(each.share for each in card.importance) == pytest.approx(1.0)
    assert sum(each.inputs_n for each in card.importance) == len(FEATURES)
    assert list(card.importance) == sorted(card.importance, key=lambda each: (-each.share, each.topic))
    for family in model.fitted.families:
        assert sum(each.by_family[family] for each in card.importance) == pytest.approx(1.0)


def test_facts_of_a_topic_that_undo_each_other_move_nothing(model: Model, world: World) -> None:
    rows = pl.read_parquet(world.lake.path("feature.shipment", world.tonight)).head(50)
    added = add_facts(model.fitted, build_input(model.fitted, rows.select("port_code", *FEATURES)), threads=1)
    topics = np.array([load_catalog().feature(name).topic for name in FEATURES])
    moved = {topic: np.abs(added[:, topics == topic].sum(axis=1)).mean() for topic in np.unique(topics)}
    for each in measure_importance(model.fitted, rows):
        assert each.share == pytest.approx(moved[each.topic] / sum(moved.values()))
