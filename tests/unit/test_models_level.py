"""The level of a night: chances whose mean is the share that labels say, in an order that nothing has changed.

Belongs here: shifting a hybrid to a night's shipments, what leaves it as it was.
Belongs elsewhere: calibration from labels (test_models_calibrate.py), the night (test_night.py).
"""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from models.artifact import Model
from models.calibrate import fit_level
from models.level import LEAST_ROWS, PRIOR_N, level_model, set_level
from models.logistic import chance_of
from models.recipe import Fitted
from models.score import build_input, read_log_odds, score_rows
from tests.unit.labelled_world import World, make_features
from tidewaiter.targeting.night import score_night


@pytest.fixture(scope="module")
def risen(model: Model) -> pl.DataFrame:
    """Return a night on which the record of everybody is far worse than when the model learned."""
    records = [name for name in model.fitted.features if name.endswith("_finding_share")]
    night = make_features(400, 77).with_columns((pl.col(name) * 4).clip(0, 0.9) for name in records)
    return night.select("shipment_id", "port_code", *model.fitted.features)


def mean_chance(fitted: Fitted, rows: pl.DataFrame) -> float:
    return float(chance_of(read_log_odds(fitted, rows, build_input(fitted, rows))).mean())


def with_level(fitted: Fitted, share: float, findings_n: float) -> Fitted:
    assert fitted.recipe.level is not None
    level = fitted.recipe.level.model_copy(update={"share": share, "findings_n": findings_n, "kinds": {}})
    return replace(fitted, recipe=fitted.recipe.model_copy(update={"level": level}))


def test_records_that_rise_do_not_raise_the_mean_chance(model: Model, risen: pl.DataFrame) -> None:
    level = model.fitted.recipe.level
    assert level is not None
    known = with_level(model.fitted, level.share, 1e9)
    assert mean_chance(model.fitted, risen) > level.share + 0.02
    assert mean_chance(set_level(known, risen), risen) == pytest.approx(level.share, abs=1e-6)


def test_the_share_of_each_kind_of_document_is_its_own_and_together_that_of_all() -> None:
    ids = pl.Series(["entry:E"] * 9_000 + ["air:A"] * 1_000)
    found = np.concatenate([np.arange(9_000) % 20 == 0, np.arange(1_000) % 250 == 0]).astype(np.float64)
    level = fit_level(ids, found, np.ones(10_000))
    assert level.share == pytest.approx(0.0454)
    assert level.expect(ids) == pytest.approx(level.share)
    assert 0.004 < level.expect(ids[9_000:]) < 0.02 < level.expect(ids[:9_000])
    assert level.expect(pl.Series(["truck:T"])) == level.share


def test_a_kind_with_few_labels_stays_near_all() -> None:
    ids = pl.Series(["entry:E"] * 1_000 + ["truck:T"] * 2)
    level = fit_level(ids, np.array([1.0] * 50 + [0.0] * 952), np.ones(1_002))
    assert level.kinds["truck"] == pytest.approx(level.share, rel=0.02)


def test_a_night_without_the_stream_that_is_at_fault_is_not_lifted_to_its_rate(
    model: Model, risen: pl.DataFrame
) -> None:
    assert model.fitted.recipe.level is not None
    level = model.fitted.recipe.level.model_copy(
        update={"share": 0.2, "findings_n": 1e9, "kinds": {"entry": 0.22, "air": 0.12}}
    )
    fitted = replace(model.fitted, recipe=model.fitted.recipe.model_copy(update={"level": level}))
    calm = risen.with_columns(pl.col("shipment_id").str.replace("entry:", "air:"))
    assert mean_chance(set_level(fitted, calm), calm) == pytest.approx(0.12, abs=1e-6)
    assert mean_chance(set_level(fitted, risen), risen) == pytest.approx(0.22, abs=1e-6)


def test_no_two_shipments_change_places_by_chance(model: Model, risen: pl.DataFrame, world: World) -> None:
    before = score_rows(model.fitted, risen, world.policy.costs)
    after = score_rows(set_level(model.fitted, risen), risen, world.policy.costs)
    assert before["score"].arg_sort().to_list() == after["score"].arg_sort().to_list()
    assert before["novelty"].equals(after["novelty"])


def test_few_findings_move_the_level_less(model: Model, risen: pl.DataFrame) -> None:
    whole = set_level(with_level(model.fitted, 0.01, 1e9), risen).recipe.calibration.shift
    half = set_level(with_level(model.fitted, 0.01, PRIOR_N), risen).recipe.calibration.shift
    assert whole < 0
    assert half == pytest.approx(whole / 2, rel=1e-6)


def test_few_shipments_and_chances_that_were_not_calibrated_stay_as_they_are(model: Model, risen: pl.DataFrame) -> None:
    assert set_level(model.fitted, risen.head(LEAST_ROWS - 1)) is model.fitted
    never = replace(model.fitted, recipe=model.fitted.recipe.model_copy(update={"level": None}))
    assert set_level(never, risen) is never


def test_the_level_of_a_night_is_that_of_all_its_ports_and_the_model_keeps_its_name(model: Model, world: World) -> None:
    path = world.lake.path("feature.shipment", world.tonight)
    levelled = level_model(model, path)
    assert levelled.version == model.version
    rows = pl.read_parquet(path).select("shipment_id", "port_code", *model.fitted.features)
    night = score_night(world.lake, world.policy, world.models, world.tonight)
    own = score_rows(levelled.fitted, rows, world.policy.costs).sort("shipment_id")
    assert night.score_shipment.sort("shipment_id")["score"].to_list() == pytest.approx(own["score"].to_list())


@pytest.mark.usefixtures("model")
def test_a_night_that_is_scored_twice_is_the_same(world: World) -> None:
    first, second = (score_night(world.lake, world.policy, world.models, world.tonight) for _ in range(2))
    assert first.score_shipment.equals(second.score_shipment)
    assert first.queue_item.equals(second.queue_item)
