"""Model files: two text files, written whole, refused when anything about them is off.

Belongs here: versions, swapping, damage, the newest model of a date, the catalog's features.
Belongs elsewhere: what training writes (test_models_train.py).
"""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from models.artifact import (
    CARD_FILE,
    MODEL_FILE,
    Model,
    check_catalog,
    list_versions,
    load_model,
    newest_model,
    stamp_card,
    write_card,
    write_model,
)
from models.card import CardFeature
from models.score import predict_chances
from models.train import train_model
from tests.unit.labelled_world import AS_OF, make_features, make_world
from tidewaiter.errors import ModelMismatchError, TidewaiterError

Features = tuple[CardFeature, ...]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Model:
    world = make_world(tmp_path_factory.mktemp("world"))
    return train_model(world.lake, world.policy, AS_OF, world.models)


@pytest.fixture
def folder(trained: Model, tmp_path: Path) -> Path:
    return tmp_path / write_model(tmp_path, trained.card, trained.fitted.text).version


def test_a_version_is_its_date_and_its_content(trained: Model, folder: Path) -> None:
    assert folder.name == trained.version
    assert folder.name.startswith(f"{AS_OF}-")
    assert sorted(each.name for each in folder.iterdir()) == [CARD_FILE, MODEL_FILE]


def test_a_loaded_model_predicts_the_same(trained: Model, folder: Path) -> None:
    rows = make_features(50, 77)
    loaded = load_model(folder)
    assert loaded.card == trained.card
    assert np.array_equal(predict_chances(loaded.fitted, rows), predict_chances(trained.fitted, rows))


def test_another_policy_is_another_version_of_the_same_trees(trained: Model, tmp_path: Path) -> None:
    other = write_model(tmp_path, trained.card.model_copy(update={"policy_version": "0" * 12}), trained.fitted.text)
    assert other.version != trained.version
    assert other.card.model_sha256 == trained.card.model_sha256


def test_a_changed_byte_is_noticed(folder: Path) -> None:
    text = (folder / MODEL_FILE).read_text()
    (folder / MODEL_FILE).write_text(text.replace("leaf_value=", "leaf_value=1", 1))
    with pytest.raises(ModelMismatchError, match="not of one model"):
        load_model(folder)


def test_a_renamed_folder_is_noticed(folder: Path) -> None:
    moved = folder.rename(folder.with_name("2026-01-01-00000000"))
    with pytest.raises(ModelMismatchError, match="not of one model"):
        load_model(moved)


@pytest.mark.parametrize("name", [CARD_FILE, MODEL_FILE])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(TidewaiterError, match=f"{folder.name}/{name} cannot be read: it is missing. Fix: train"):
        load_model(folder)


def test_a_cut_card_is_named(folder: Path) -> None:
    content = (folder / CARD_FILE).read_bytes()
    (folder / CARD_FILE).write_bytes(content[: len(content) // 2])
    with pytest.raises(TidewaiterError, match=r"card\.json cannot be read"):
        load_model(folder)


def test_text_that_is_no_booster_is_named_and_never_published(trained: Model, tmp_path: Path) -> None:
    with pytest.raises(TidewaiterError, match=r"model\.txt cannot be read"):
        write_model(tmp_path, trained.card, "tree\nnot a booster\n")
    assert not list(tmp_path.iterdir())


def test_a_booster_with_other_classes_than_its_card_is_refused(trained: Model, tmp_path: Path) -> None:
    with pytest.raises(ModelMismatchError, match="other inputs or classes"):
        write_model(tmp_path, trained.card.model_copy(update={"classes": ("none", "revenue")}), trained.fitted.text)


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


def test_a_mismatched_newest_model_is_not_replaced_by_an_older_one(trained: Model, folder: Path) -> None:
    changes = {"as_of": AS_OF + timedelta(days=1), "features": trained.card.features[1:]}
    later = stamp_card(trained.card.model_copy(update=changes), trained.fitted.text)
    (folder.parent / later.version).mkdir()
    (folder.parent / later.version / CARD_FILE).write_bytes(write_card(later))
    (folder.parent / later.version / MODEL_FILE).write_text(trained.fitted.text)
    with pytest.raises(ModelMismatchError, match="new in the catalog"):
        newest_model(folder.parent, AS_OF + timedelta(days=9))


def test_the_newest_model_is_the_last_one_trained_on_or_before_the_date(trained: Model, tmp_path: Path) -> None:
    days = [date(2026, 1, day) for day in (5, 7, 9)]
    for on in days:
        write_model(tmp_path, trained.card.model_copy(update={"as_of": on}), trained.fitted.text)
    chosen = [newest_model(tmp_path, date(2026, 1, day)) for day in (4, 5, 8, 9)]
    assert [model and model.card.as_of for model in chosen] == [None, days[0], days[1], days[2]]


def test_two_models_of_one_day_have_a_fixed_order(trained: Model, folder: Path) -> None:
    other = write_model(
        folder.parent, trained.card.model_copy(update={"policy_version": "f" * 12}), trained.fitted.text
    )
    newest = newest_model(folder.parent, AS_OF)
    assert newest is not None
    assert newest.version == max(other.version, folder.name)


def test_writing_again_leaves_a_whole_model_and_repairs_a_damaged_one(trained: Model, folder: Path) -> None:
    write_model(folder.parent, trained.card, trained.fitted.text)
    (folder / MODEL_FILE).write_text("damaged")
    assert write_model(folder.parent, trained.card, trained.fitted.text).card == trained.card
    assert [each.name for each in folder.parent.iterdir()] == [folder.name]


def test_what_an_interrupted_run_left_is_not_a_version(folder: Path) -> None:
    (folder.parent / ".staging-1-abc").mkdir()
    (folder.parent / "notes").mkdir()
    assert list_versions(folder.parent) == [folder.name]
    assert list_versions(folder.parent / "absent") == []
