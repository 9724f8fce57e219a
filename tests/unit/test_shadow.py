"""A night with a challenger: it is scored as if it were champion, and decides nothing.

Belongs here: rows, places and versions of score.shadow; a challenger that cannot be read.
Belongs elsewhere: who challenges (test_models_promotion.py), what is made of it (test_trial.py).
"""

import shutil
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from data_quality.contract import load_contract
from models.artifact import Model
from models.promotion import Promotion, add_promotion
from models.train import train_model
from tests.unit.labelled_world import AS_OF, World
from tidewaiter.targeting.night import ScoredNight, score_night

EARLIER = AS_OF - timedelta(days=3)


@dataclass(frozen=True)
class Shadowed:
    """A night scored by the champion alone, by it beside a challenger, and by that challenger as champion."""

    alone: ScoredNight
    beside: ScoredNight
    promoted: ScoredNight
    challenger: str
    models: Path


def promote(models: Path, version: str, on: date) -> None:
    act = Promotion(
        action="promote", version=version, replaced=None, effective_on=on, by="A. Person", reason="a test",
        failed_gates=(), policy_version="0" * 12,
    )  # fmt: skip
    add_promotion(models, act)


@pytest.fixture(scope="module")
def shadowed(world: World, model: Model, tmp_path_factory: pytest.TempPathFactory) -> Shadowed:
    models = tmp_path_factory.mktemp("models")
    first = train_model(world.lake, world.policy, EARLIER, models).version
    promote(models, first, EARLIER)
    alone = score_night(world.lake, world.policy, models, world.tonight)
    challenger = model.version
    shutil.copytree(world.models / challenger, models / challenger)
    beside = score_night(world.lake, world.policy, models, world.tonight)
    promote(models, challenger, AS_OF)
    promoted = score_night(world.lake, world.policy, models, world.tonight)
    return Shadowed(alone, beside, promoted, challenger, models)


def test_every_shipment_is_scored_by_the_challenger_as_if_it_were_champion(shadowed: Shadowed) -> None:
    columns = ["shipment_id", "score", "expected_consequence_usd"]
    shadow = shadowed.beside.score_shadow
    assert shadow.columns == list(load_contract("score.shadow").column_names)
    assert set(shadow["model_version"]) == {shadowed.challenger}
    assert shadow.select(columns).equals(shadowed.promoted.score_shipment.select(columns))
    assert not shadow.select(columns).equals(shadowed.beside.score_shipment.select(columns))


def test_places_are_those_of_each_port_by_cost_the_largest_first(shadowed: Shadowed) -> None:
    ports = shadowed.beside.score_shipment.select("shipment_id", "port_code")
    placed = shadowed.beside.score_shadow.join(ports, on="shipment_id").sort("port_code", "port_place")
    for (_,), rows in placed.group_by("port_code"):
        assert rows["port_place"].to_list() == list(range(1, rows.height + 1))
        assert rows["expected_consequence_usd"].is_sorted(descending=True)


def test_a_challenger_decides_nothing(shadowed: Shadowed) -> None:
    assert shadowed.alone.score_shadow.is_empty()
    for name in ("score_shipment", "queue_item", "queue_summary"):
        assert getattr(shadowed.beside, name).equals(getattr(shadowed.alone, name))


def test_the_model_that_was_promoted_challenges_no_more(shadowed: Shadowed) -> None:
    assert shadowed.promoted.score_shadow.is_empty()
    assert set(shadowed.promoted.score_shipment["model_version"]) == {shadowed.challenger}


def test_a_damaged_challenger_is_noted_and_the_night_goes_on(world: World, model: Model, tmp_path: Path) -> None:
    first = train_model(world.lake, world.policy, EARLIER, tmp_path).version
    promote(tmp_path, first, EARLIER)
    challenger = model.version
    shutil.copytree(world.models / challenger, tmp_path / challenger)
    (tmp_path / challenger / "model.json").write_text("{}", encoding="utf-8")
    night = score_night(world.lake, world.policy, tmp_path, world.tonight)
    assert night.score_shadow.is_empty()
    assert (night.watched.note or "").startswith(f"challenger {challenger} has no scores: ")
    assert not night.watched.is_well
