"""Training end to end: the same bytes twice, a full card, a refusal when there is too little.

Belongs here: what train_model promises, fitting details that change a model.
Belongs elsewhere: the files (test_models_artifact.py), the figures (test_models_evaluate.py).
"""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import models.tree
from models.artifact import CARD_FILE, RECIPE_FILE, REFERENCE_FILE, Model
from models.dataset import read_examples
from models.fit import find_stand_ins
from models.loss import estimate_loss_per_kg, estimate_loss_ratio
from models.train import train_model
from models.tree import choose_parameters
from tests.unit.labelled_world import AS_OF, FEATURES, FIRST, World, make_world, small_policy
from tidewaiter.errors import PolicyError, TooFewLabelsError
from tidewaiter.policy import Policy, load_policy
from tidewaiter.settings import SHIPPED_POLICY


def train(world: World, policy: Policy, folder: Path) -> dict[str, bytes]:
    """Train into a folder of its own and return every file written."""
    model = train_model(world.lake, policy, AS_OF, folder)
    return {each.name: each.read_bytes() for each in (folder / model.version).iterdir()}


def test_training_twice_writes_the_same_bytes(world: World, tmp_path: Path) -> None:
    first = train(world, world.policy, tmp_path / "a")
    assert set(first) >= {RECIPE_FILE, CARD_FILE, REFERENCE_FILE, "trees_0.txt", "novelty.txt"}
    assert train(world, world.policy, tmp_path / "b") == first


def test_the_number_of_threads_changes_no_byte(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models.tree, "THREADING_ROWS", 0)
    policy = small_policy(lightgbm={**world.policy.model.lightgbm, "num_iterations": 8})
    engines = [policy.engine.model_copy(update={"threads": threads}) for threads in (1, 2)]
    by_threads = [train(world, replace(policy, engine=engine), tmp_path / str(engine.threads)) for engine in engines]
    assert by_threads[0] == by_threads[1]


def test_another_seed_is_another_model(world: World, model: Model, tmp_path: Path) -> None:
    policy = small_policy(lightgbm={**world.policy.model.lightgbm, "seed": 7})
    assert train_model(world.lake, policy, AS_OF, tmp_path).version[:10] == model.version[:10]
    assert train_model(world.lake, policy, AS_OF, tmp_path).version != model.version


def test_the_card_counts_labels_by_family_and_source(world: World, model: Model) -> None:
    frame = read_examples(world.lake, AS_OF, 365, FEATURES).frame
    counted = {each.source: each for each in model.card.labels.by_source}
    assert sorted(counted) == ["random", "targeted"]
    drawn = frame.filter(source="random")
    assert counted["random"].shipments_n == drawn.height
    assert counted["random"].by_family["contraband"] == drawn["is_contraband"].sum()
    assert model.card.labels.shipments_n == frame.height


def test_the_card_says_what_a_reader_needs(world: World, model: Model) -> None:
    card = model.card
    assert card.policy_version == world.policy.version
    assert tuple(feature.column for feature in card.features) == FEATURES
    assert {"lightgbm", "numpy", "polars"} == set(card.libraries)
    assert card.parameters["num_iterations"] == 40
    assert "num_threads" not in card.parameters
    assert card.intended_use
    assert any("Not for persons" in limit for limit in card.limits)
    assert card.evaluation is not None


def test_too_few_labels_are_counted_in_the_error(world: World, tmp_path: Path) -> None:
    with pytest.raises(TooFewLabelsError, match=r"720 examined shipments with 222 violations .* needs 5000 and 20"):
        train_model(world.lake, small_policy(min_labels=5000), AS_OF, tmp_path)
    assert not list(tmp_path.iterdir())


def test_too_few_violations_are_too_few_labels(world: World, tmp_path: Path) -> None:
    with pytest.raises(TooFewLabelsError):
        train_model(world.lake, small_policy(min_positives=5000), AS_OF, tmp_path)


def test_no_label_at_all_is_too_few_whatever_the_policy_says(world: World, tmp_path: Path) -> None:
    with pytest.raises(TooFewLabelsError):
        train_model(world.lake, small_policy(min_labels=0, min_positives=0), FIRST, tmp_path)


def test_one_result_only_cannot_train(tmp_path: Path) -> None:
    world = make_world(tmp_path, rows_n=30)
    for on in world.lake.dates("outcome.label"):
        path = world.lake.path("outcome.label", on)
        pl.read_parquet(path).with_columns(y=pl.lit(0, pl.Int32)).write_parquet(path)
    with pytest.raises(TooFewLabelsError, match="same result"):
        train_model(world.lake, small_policy(min_positives=0), AS_OF, world.models)


def test_a_model_without_earlier_labels_says_that_it_is_not_evaluated(tmp_path: Path) -> None:
    world = make_world(tmp_path, rows_n=400)
    policy = small_policy(evaluation_share=0.999, min_labels=300)
    card = train_model(world.lake, policy, FIRST + timedelta(days=3), world.models).card
    assert card.evaluation is None
    assert card.evaluation_note.startswith("not evaluated: no result was known before 2026-01-01")


def test_an_unknown_booster_setting_is_a_policy_error() -> None:
    with pytest.raises(PolicyError, match=r"lightgbm\.num_leafs"):
        choose_parameters(small_policy(lightgbm={"num_leafs": 3}))


def test_the_shipped_booster_settings_are_known() -> None:
    assert choose_parameters(load_policy(SHIPPED_POLICY))["objective"] == "binary"


def test_a_stand_in_is_the_median_of_a_column_without_nulls() -> None:
    matrix = np.array([[1.0, np.nan], [2.0, 5.0], [9.0, 6.0]], dtype=np.float32)
    stand_ins = find_stand_ins(matrix)
    assert stand_ins[0] == 2.0
    assert np.isnan(stand_ins[1])


def test_the_loss_ratio_is_drawn_to_the_policy_by_the_number_of_findings() -> None:
    costs = load_policy(SHIPPED_POLICY).costs.model_copy(
        update={"revenue_loss_per_value": 0.5, "revenue_prior_n": 10.0}
    )
    findings = pl.DataFrame({
        "is_revenue": [True] * 10 + [True, True, False],
        "loss_usd": [10.0] * 10 + [0.0, 7.0, 99.0],
        "value_usd": [100.0] * 10 + [100.0, None, 1.0],
    })  # fmt: skip
    assert estimate_loss_ratio(findings, costs) == pytest.approx((10 * 0.1 + 10 * 0.5) / 20)
    assert estimate_loss_ratio(findings.clear(), costs) == 0.5


def test_the_loss_of_what_declares_no_value_is_learned_by_weight() -> None:
    costs = load_policy(SHIPPED_POLICY).costs.model_copy(update={"revenue_loss_per_kg": 1.0, "revenue_prior_n": 10.0})
    findings = pl.DataFrame({
        "is_revenue": [True] * 10 + [True, True],
        "loss_usd": [50.0] * 10 + [7.0, 9.0],
        "value_usd": [None] * 10 + [100.0, None],
        "gross_weight_kg": [10.0] * 10 + [1.0, None],
    })  # fmt: skip
    assert estimate_loss_per_kg(findings, costs) == pytest.approx((10 * 5.0 + 10 * 1.0) / 20)
    assert estimate_loss_per_kg(findings.clear(), costs) == 1.0
