"""Model files: text and JSON, written whole, refused when anything about them is off.

Belongs here: versions, swapping, damage, the catalog's features.
Belongs elsewhere: what training writes (test_models_train.py), which version scores (test_models_promotion.py).
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from models.artifact import (
    CARD_FILE,
    RECIPE_FILE,
    Model,
    check_catalog,
    list_files,
    list_versions,
    load_model,
    write_model,
)
from models.card import CardFeature
from models.score import score_with_model
from models.train import train_model
from tests.unit.labelled_world import AS_OF, make_features, make_world, small_policy
from tidewaiter.errors import ModelMismatchError, TidewaiterError

Features = tuple[CardFeature, ...]
TREES_FILE = "trees_0.txt"


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Model:
    world = make_world(tmp_path_factory.mktemp("world"))
    return train_model(world.lake, world.policy, AS_OF, world.models)


@pytest.fixture
def folder(trained: Model, tmp_path: Path) -> Path:
    return tmp_path / write_model(tmp_path, trained.card, trained.fitted, {}).version


def test_a_version_is_its_date_and_its_content(trained: Model, folder: Path) -> None:
    assert folder.name != trained.version
    assert write_model(folder.parent, trained.card, trained.fitted, {}).version == folder.name
    assert folder.name.startswith(f"{AS_OF}-")
    assert {each.name for each in folder.iterdir()} == {CARD_FILE, *list_files(trained.fitted)}
    assert {each.suffix for each in folder.iterdir()} == {".json", ".txt"}


def test_a_loaded_model_predicts_the_same(trained: Model, folder: Path) -> None:
    rows, costs = make_features(50, 77), small_policy().costs
    loaded = load_model(folder)
    assert loaded.fitted.recipe == trained.fitted.recipe
    assert score_with_model(loaded, rows, costs).equals(score_with_model(trained, rows, costs))


def test_another_policy_is_another_version_of_the_same_trees(trained: Model, tmp_path: Path) -> None:
    other = write_model(tmp_path, trained.card.model_copy(update={"policy_version": "0" * 12}), trained.fitted, {})
    assert other.version != trained.version
    assert other.card.files.items() <= trained.card.files.items()


def test_a_changed_byte_is_noticed(folder: Path) -> None:
    text = (folder / TREES_FILE).read_text()
    (folder / TREES_FILE).write_text(text.replace("leaf_value=", "leaf_value=1", 1))
    with pytest.raises(ModelMismatchError, match=r"trees_0\.txt and card\.json are not of one model"):
        load_model(folder)


def test_a_renamed_folder_is_noticed(folder: Path) -> None:
    moved = folder.rename(folder.with_name("2026-01-01-00000000"))
    with pytest.raises(ModelMismatchError, match="not of one model"):
        load_model(moved)


@pytest.mark.parametrize("name", [CARD_FILE, RECIPE_FILE, TREES_FILE])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(
        TidewaiterError, match=f"{folder.name}/{name} cannot be read: it is missing. Fix: put its folder back"
    ):
        load_model(folder)


def test_a_cut_card_is_named(folder: Path) -> None:
    content = (folder / CARD_FILE).read_bytes()
    (folder / CARD_FILE).write_bytes(content[: len(content) // 2])
    with pytest.raises(TidewaiterError, match=r"card\.json cannot be read"):
        load_model(folder)


def test_text_that_is_no_booster_is_named_and_never_published(trained: Model, tmp_path: Path) -> None:
    broken = replace(trained.fitted, texts={**trained.fitted.texts, "trees_0": "tree\nnot a booster\n"})
    with pytest.raises(TidewaiterError, match=r"\.txt cannot be read"):
        write_model(tmp_path, trained.card, broken, {})
    assert not list(tmp_path.iterdir())


def test_a_booster_with_other_inputs_than_its_card_is_refused(trained: Model, tmp_path: Path) -> None:
    text = trained.fitted.texts["trees_0"].replace("value_usd", "worth_usd")
    other = replace(trained.fitted, texts={**trained.fitted.texts, "trees_0": text})
    with pytest.raises(ModelMismatchError, match="trees_0 has other inputs"):
        write_model(tmp_path, trained.card, other, {})


def drop_first(features: Features) -> Features:
    return features[1:]


def add_one(features: Features) -> Features:
    return (*features, features[0].model_copy(update={"column": "moon_phase"}))


def swap_two(features: Features) -> Features:
    return (features[1], features[0], *features[2:])


def change_unit(features: Features) -> Features:
    return (features[0].model_copy(update={"unit": "EUR"}), *features[1:])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (drop_first, "value_usd is new in the catalog"),
        (add_one, "moon_phase is no longer an input"),
        (swap_two, "order of the inputs"),
        (change_unit, "value_usd was in EUR, now USD"),
    ],
)
def test_features_that_differ_from_the_catalog_are_refused(
    trained: Model, change: Callable[[Features], Features], message: str
) -> None:
    with pytest.raises(ModelMismatchError, match=message):
        check_catalog(trained.card.model_copy(update={"features": change(trained.card.features)}))


def test_writing_again_leaves_a_whole_model_and_repairs_a_damaged_one(trained: Model, folder: Path) -> None:
    write_model(folder.parent, trained.card, trained.fitted, {})
    (folder / RECIPE_FILE).write_text("damaged")
    assert write_model(folder.parent, trained.card, trained.fitted, {}).version == folder.name
    assert [each.name for each in folder.parent.iterdir()] == [folder.name]


def test_what_an_interrupted_run_left_is_not_a_version(folder: Path) -> None:
    (folder.parent / ".staging-1-abc").mkdir()
    (folder.parent / "notes").mkdir()
    (folder.parent / "2026-13-45-abcdef01").mkdir()
    assert list_versions(folder.parent) == [folder.name]
    assert list_versions(folder.parent / "absent") == []
