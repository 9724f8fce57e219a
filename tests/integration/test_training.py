"""Training from the command line: too few findings make no model, enough of them one that the next night uses.

Belongs here: training and the night after it through Dagster, under policies of their own.
Belongs elsewhere: what a model learns and says of itself (tests/unit/test_models_*.py).
"""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
import yaml

from models.artifact import REFERENCE_FILE, load_model, write_model
from tests.support.home import Built, Said, copy_home, hash_files, options, read, run_command
from tidewaiter.policy import FAMILIES, load_policy
from tidewaiter.settings import SHIPPED_POLICY, Settings

PORT, CAPACITY = "4701", 7


def write_policy(folder: Path) -> Path:
    """Leave a policy folder in which a hundred findings suffice, and one port examines seven."""
    model = yaml.safe_load((SHIPPED_POLICY / "model.yml").read_text(encoding="utf-8"))
    model |= {"min_labels": 60, "min_positives": 8, "min_family_positives": 4}
    model["lightgbm"] |= {"num_iterations": 20, "min_data_in_leaf": 5}
    queues = yaml.safe_load((SHIPPED_POLICY / "queues.yml").read_text(encoding="utf-8"))
    queues["ports"][PORT]["capacity"] = CAPACITY
    folder.mkdir()
    for name, document in (("model.yml", model), ("queues.yml", queues)):
        (folder / name).write_text(yaml.safe_dump(document), encoding="utf-8")
    return folder


def put_earlier(models: Path, version: str) -> str:
    """Publish a model again as if trained the day before, and return its version."""
    model, reference = load_model(models / version), (models / version / REFERENCE_FILE).read_bytes()
    earlier = model.card.model_copy(update={"as_of": model.card.as_of - timedelta(days=1)})
    return write_model(models, earlier, model.fitted, {REFERENCE_FILE: reference}).version


@pytest.fixture(scope="module")
def own(past: Built, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with history and a policy folder of its own."""
    folder = tmp_path_factory.mktemp("own")
    return replace(copy_home(past.settings, folder), policy=write_policy(folder / "policy"))


@pytest.fixture(scope="module")
def trained(own: Settings, night: Built) -> Said:
    return run_command("train", "--as-of", night.on.isoformat(), "--json", *options(own))


@pytest.fixture(scope="module")
def modelled(own: Settings, trained: Said, night: Built) -> Said:
    assert trained.code == 0, trained.err
    return run_command("nightly", "--date", night.on.isoformat(), "--json", *options(own))


def test_with_too_few_findings_no_model_is_made_and_that_is_no_failure(
    past: Built, night: Built, tmp_path: Path
) -> None:
    settings = copy_home(past.settings, tmp_path)
    said = run_command("train", "--as-of", night.on.isoformat(), *options(settings))
    assert said.code == 0, said.err
    needed = load_policy(settings.policy).model
    assert said.out.startswith("no model was made: ")
    assert f"a model needs {needed.min_labels} and {needed.min_positives}" in said.out
    assert not list(settings.models.glob("**/*"))


def test_enough_findings_make_a_model_of_text_with_its_card_and_page(
    own: Settings, trained: Said, night: Built
) -> None:
    result = json.loads(trained.out)
    assert result["succeeded"]
    (folder,) = (path for path in own.models.iterdir() if path.is_dir())
    assert {path.suffix for path in folder.iterdir()} == {".txt", ".json"}
    assert folder.name in (own.models / f"{folder.name}.html").read_text(encoding="utf-8")
    assert result["notes"]["model_version"] == folder.name
    assert (folder / "trees_0.txt").read_text(encoding="utf-8").startswith("tree\n")
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    assert card["as_of"] == night.on.isoformat()
    assert card["labels"]["shipments_n"] >= 60


def test_the_night_after_uses_the_model_and_says_so(own: Settings, modelled: Said, night: Built) -> None:
    (result,) = json.loads(modelled.out)
    (version,) = (path.name for path in own.models.iterdir() if path.is_dir())
    assert modelled.code == 0, modelled.err
    assert result["notes"]["scored_by"] == "model"
    assert version in result["notes"]["explanation"]
    scored = read(own, "score.shipment", night.on)
    assert set(scored["model_version"]) == {version}
    assert all(scored[f"p_{family}"].null_count() == 0 for family in FAMILIES)
    assert scored["novelty"].null_count() == 0
    assert scored["score"].n_unique() > 100


def test_the_features_are_those_of_the_night_without_a_model(own: Settings, modelled: Said, night: Built) -> None:
    assert modelled.code == 0
    ours, theirs = (
        {name: sha for name, sha in hash_files(each.lake).items() if name.startswith(("core/", "feature/", "party/"))}
        for each in (own, night.settings)
    )
    # It names the policy, which is another one here.
    record = f"core/built_from/date={night.on}/part.parquet"
    assert ours.pop(record) != theirs.pop(record)
    assert ours == theirs


def test_another_policy_folder_changes_the_queue_of_its_port_and_stamps_its_rows(
    own: Settings, modelled: Said, night: Built
) -> None:
    assert modelled.code == 0
    ours, theirs = (read(each, "queue.item", night.on) for each in (own, night.settings))
    lengths, usual = (dict(each.group_by("port_code").len().iter_rows()) for each in (ours, theirs))
    assert lengths == {**usual, PORT: CAPACITY}
    assert usual[PORT] > CAPACITY
    assert set(ours["policy_version"]) == {load_policy(own.policy).version}
    assert set(ours["policy_version"]) != set(theirs["policy_version"])
    drawn = ours.filter(pl.col("port_code") == PORT, pl.col("selector") == "random")
    assert drawn.height == 1


def test_training_again_on_the_same_findings_gives_the_same_model(own: Settings, modelled: Said, night: Built) -> None:
    assert modelled.code == 0
    before = hash_files(own.models)
    said = run_command("train", "--as-of", night.on.isoformat(), *options(own))
    assert said.code == 0, said.err
    assert hash_files(own.models) == before


def test_a_newer_model_that_is_not_promoted_scores_the_night_in_shadow(
    own: Settings, modelled: Said, night: Built, tmp_path: Path
) -> None:
    assert modelled.code == 0
    settings = copy_home(own, tmp_path)
    (newer,) = (path.name for path in settings.models.iterdir() if path.is_dir())
    older = put_earlier(settings.models, newer)
    act = ("--from", night.on.isoformat(), "--reason", "to compare", "--by", "A. Person", "--force")
    said = run_command("models", "promote", older, *act, "--home", settings.home, "--policy", settings.policy)
    assert said.code == 0, said.err
    said = run_command("nightly", "--date", night.on.isoformat(), *options(settings))
    assert said.code == 0, said.err
    scored, shadow = (read(settings, f"score.{noun}", night.on) for noun in ("shipment", "shadow"))
    assert (set(scored["model_version"]), set(shadow["model_version"])) == ({older}, {newer})
    assert set(shadow["shipment_id"]) == set(scored["shipment_id"])
    said = run_command("models", "shadow", "--home", settings.home)
    assert said.code == 0, said.err
    assert f"{newer}, beside {older}" in said.out
