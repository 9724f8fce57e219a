"""The watch over a model: figures and scores that moved, figures too young to compare, findings against chances.

Belongs here: tidewaiter/targeting/watch.py on a made-up world.
Belongs elsewhere: the index itself (test_models_calibrate.py), the check that reports it (test_night.py).
"""

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from assets.scoring import _check_model
from models.artifact import Model, write_model
from models.drift import Reference
from models.promotion import Promotion, add_promotion
from models.standing import Waiting
from models.train import train_model
from tests.unit.labelled_world import AS_OF, World, make_features, make_world, put, put_night, small_policy
from tidewaiter.features.catalog import load_catalog
from tidewaiter.lake import Lake
from tidewaiter.targeting.night import score_night
from tidewaiter.targeting.watch import LEAST_EXAMS, Hits, Watched, count_hits, list_young, watch_model

TONIGHT = AS_OF + timedelta(days=3)
ROWS = 600


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Return a world with shipments enough for a comparison."""
    return make_world(tmp_path_factory.mktemp("world"), rows_n=100)


def watch(world: World, features: pl.DataFrame, on: date = TONIGHT) -> Watched:
    """Return what is said of the model on a night with these features."""
    put_night(world.lake, on, features)
    return score_night(world.lake, world.policy, world.models, on).watched


@pytest.mark.usefixtures("model")
def test_a_night_like_those_before_has_not_drifted(world: World) -> None:
    watched = watch(world, make_features(ROWS, 77))
    assert not [name for name in watched.drifted if name in load_catalog().columns]


@pytest.mark.usefixtures("model")
def test_the_figure_that_moved_is_named(world: World) -> None:
    moved = make_features(ROWS, 77).with_columns(pl.col("value_usd") * 20)
    assert "value_usd" in watch(world, moved).drifted


def test_a_figure_older_than_the_record_is_not_compared_and_counted(tmp_path: Path) -> None:
    world = make_world(tmp_path, rows_n=100)
    put(world.lake, "party.entity_day", AS_OF - timedelta(days=40), pl.DataFrame({"entity_id": ["a"]}))
    train_model(world.lake, world.policy, AS_OF, world.models)
    moved = make_features(ROWS, 77).with_columns(
        pl.col("value_usd") * 20, shipper_first_seen_days=pl.lit(300.0), shipper_shipments_7d_n=pl.lit(900.0)
    )
    watched = watch(world, moved)
    assert {"value_usd", "shipper_shipments_7d_n"} <= set(watched.drifted)
    assert "shipper_first_seen_days" in watched.young
    assert not set(watched.young) & set(watched.drifted)


@pytest.mark.parametrize(
    ("days_known", "young"),
    [(None, set()), (0, {"year", "week"}), (13, {"year", "week"}), (14, {"year"}), (371, {"year"}), (372, set())],
)
def test_a_window_is_young_until_the_record_was_as_long_on_the_first_day_of_the_reference(
    days_known: int | None, young: set[str]
) -> None:
    columns = {"year": "shipper_first_seen_days", "week": "shipper_shipments_7d_n", "own": "value_usd"}
    reference = Reference(rows_n=1, spreads={}, days_known=days_known)
    assert list_young(tuple(columns.values()), reference, 7) == tuple(
        columns[name] for name in columns if name in young
    )


def promote(models: Path, version: str, on: date) -> None:
    act = Promotion(
        action="promote", version=version, replaced=None, effective_on=on, by="A. Person", reason="a test",
        failed_gates=(), policy_version="0" * 12,
    )  # fmt: skip
    add_promotion(models, act)


def test_a_challenger_is_told_of_and_warned_of_once_it_has_waited_for_long(tmp_path: Path, model: Model) -> None:
    later = AS_OF + timedelta(days=7)
    models, lake = tmp_path / "models", Lake(tmp_path / "lake")
    first, second = (
        write_model(models, model.card.model_copy(update={"as_of": on}), model.fitted, {}) for on in (AS_OF, later)
    )
    promote(models, first.version, AS_OF)
    policy = small_policy()
    for days, is_overdue in ((policy.model.challenger_days, False), (policy.model.challenger_days + 1, True)):
        watched = watch_model(lake, policy, models, None, tmp_path, pl.DataFrame(), later + timedelta(days=days), None)
        assert watched.waiting == Waiting(second.version, (), later)
        assert (watched.is_overdue, watched.is_well) == (is_overdue, not is_overdue)
        said = _check_model(watched)
        assert said.passed == (not is_overdue)
        assert said.metadata["challenger"].value == str(watched.waiting)


def put_results(folder: Path, found_n: int) -> Lake:
    """Return a lake of forty shipments queued with a chance of a half each, so many of them violations."""
    lake, on = Lake(folder), AS_OF - timedelta(days=5)
    ids = pl.DataFrame({"shipment_id": [f"entry:Q{place:03d}" for place in range(40)]})
    items = ids.with_columns(date=pl.lit(on), score=pl.lit(0.5), model_version=pl.lit("v"))
    put(lake, "queue.item", on, items)
    labels = ids.with_columns(shipment_on=pl.lit(on), y=(pl.int_range(40) < found_n).cast(pl.Int32))
    put(lake, "outcome.label", on + timedelta(days=2), labels)
    return lake


@pytest.mark.parametrize(("found_n", "is_off"), [(20, False), (10, True), (11, False), (30, True), (0, True)])
def test_findings_are_off_when_chance_does_not_take_them_there(tmp_path: Path, found_n: int, is_off: bool) -> None:
    hits = count_hits(put_results(tmp_path, found_n), "v", AS_OF)
    assert (hits.exams_n, hits.foretold_n, hits.found_n) == (40, 20.0, found_n)
    assert hits.spread == pytest.approx(10**0.5)
    assert hits.is_off == is_off


def test_results_of_another_model_or_of_few_exams_say_nothing(tmp_path: Path) -> None:
    assert count_hits(put_results(tmp_path, 0), "other", AS_OF).exams_n == 0
    assert not Hits(exams_n=LEAST_EXAMS - 1, foretold_n=20.0, found_n=0, spread=1.0).is_off
