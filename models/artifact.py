"""The files of a model: a folder of text, JSON and Parquet, written whole, checked on every load, never a pickle.

Belongs here: versions, writing aside and swapping in, loading.
Belongs elsewhere: training (train.py), what a card says (card.py), which version is used (promotion.py).
"""

import hashlib
import json
import os
import re
import shutil
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

import lightgbm as lgb
from pydantic import BaseModel, ValidationError

from models.card import Card, fingerprint_feature
from models.drift import Reference
from models.part import choose_inputs
from models.recipe import Fitted, Recipe
from tidewaiter.errors import ModelMismatchError, TidewaiterError
from tidewaiter.features.catalog import load_catalog
from tidewaiter.lake import replace_durably

RECIPE_FILE, CARD_FILE, REFERENCE_FILE = "model.json", "card.json", "reference.json"
BOOSTER = ".txt"
VERSION = re.compile(r"(\d{4}-\d{2}-\d{2})-[0-9a-f]{8}")
MEANWHILE = "until then `tidewaiter models promote record_rule --from DATE` lets nights run on the record rule"
RETRAIN = f"put its folder back as it was, or train a model and promote it; {MEANWHILE}"
_Document = TypeVar("_Document", bound=BaseModel)


@dataclass(frozen=True)
class Model:
    """A hybrid that may be used, and its card."""

    card: Card
    fitted: Fitted

    @property
    def version(self) -> str:
        return self.card.version


def write_model(models_dir: Path, card: Card, fitted: Fitted, others: Mapping[str, bytes]) -> Model:
    """Publish the model under its version and return it as read back; what cannot be read back is not published.

    Args:
        card: its version and files are filled in here.
        others: further files by name: the reference for drift.

    Raises:
        ModelMismatchError, TidewaiterError: as `load_model`.
    """
    contents = {**list_files(fitted), **others}
    final = stamp_card(card, contents)
    contents[CARD_FILE] = write_json(final)
    staged = models_dir / f".staging-{os.getpid()}-{uuid.uuid4().hex[:8]}"
    staged.mkdir(parents=True)
    try:
        for name, content in contents.items():
            (staged / f"{name}.part").write_bytes(content)
            replace_durably(staged / f"{name}.part", staged / name)
        model = _read_model(staged, final.version)
        _swap(staged, models_dir / final.version, contents)
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    return model


def list_files(fitted: Fitted) -> dict[str, bytes]:
    """Return the files of a hybrid by name."""
    boosters = {f"{name}{BOOSTER}": text.encode() for name, text in sorted(fitted.texts.items())}
    return {RECIPE_FILE: write_json(fitted.recipe), **boosters}


def stamp_card(card: Card, contents: Mapping[str, bytes]) -> Card:
    """Return the card with the SHA-256 of each file and the version that its whole content makes."""
    files = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(contents.items())}
    hashed = card.model_copy(update={"version": "", "files": files})
    content = hashlib.sha256(write_json(hashed)).hexdigest()
    return hashed.model_copy(update={"version": f"{card.as_of.isoformat()}-{content[:8]}"})


def write_json(document: BaseModel) -> bytes:
    """Return the document as JSON, its keys in their own order."""
    return (json.dumps(document.model_dump(mode="json"), indent=1, allow_nan=False) + "\n").encode()


def list_versions(models_dir: Path) -> list[str]:
    """Return the published versions, oldest first."""
    if not models_dir.is_dir():
        return []
    return sorted(each.name for each in models_dir.iterdir() if each.is_dir() and _is_version(each.name))


def _is_version(name: str) -> bool:
    """Return whether a folder has the name of a version: a day that there is, and eight digits of its card."""
    found = VERSION.fullmatch(name)
    try:
        return found is not None and bool(date.fromisoformat(found[1]))
    except ValueError:
        return False


def load_model(folder: Path) -> Model:
    """Return the model of a version folder.

    Raises:
        ModelMismatchError: when its features are not the catalog's, or a file is not the one the card describes.
        TidewaiterError: when a file is missing or cannot be read.
    """
    return _read_model(folder, folder.name)


def read_card(folder: Path) -> Card:
    """Return the card of a version folder, the rest of it unseen.

    Raises:
        TidewaiterError: when it is missing or damaged.
    """
    return _parse(folder / CARD_FILE, Card, read_file(folder / CARD_FILE))


def read_reference(folder: Path) -> Reference:
    """Return what the model's training saw of each feature and score.

    Raises:
        TidewaiterError: when it is missing or damaged.
    """
    return _parse(folder / REFERENCE_FILE, Reference, read_file(folder / REFERENCE_FILE))


def check_catalog(card: Card) -> None:
    """Pass when the card's features are the catalog's inputs of its parts: same names, same order, same units.

    Raises:
        ModelMismatchError: naming what differs.
    """
    catalog = load_catalog()
    today = {name: catalog.feature(name).unit for name in choose_inputs(card.parts)}
    learned = {feature.column: feature.unit for feature in card.features}
    changed = [name for name, unit in today.items() if learned.get(name, unit) != unit]
    differences = [
        *(f"{name} is new in the catalog" for name in today if name not in learned),
        *(f"{name} is no longer an input" for name in learned if name not in today),
        *(f"{name} was in {learned[name]}, now {today[name]}" for name in changed),
    ]
    if not differences and tuple(learned) != tuple(today):
        differences = ["the order of the inputs has changed"]
    if differences:
        raise ModelMismatchError(
            f"model {card.version} and the feature catalog differ: {'; '.join(differences)}.",
            fix=f"train a model on today's catalog and promote it; {MEANWHILE}",
        )


def find_reworded(card: Card) -> list[str]:
    """Return the features whose catalog entry has changed by a word since the model learned from them."""
    known = set(load_catalog().columns)
    return [
        each.column
        for each in card.features
        if each.column not in known or fingerprint_feature(each.column) != each.fingerprint
    ]


def _read_model(folder: Path, version: str) -> Model:
    card = read_card(folder)
    contents = {name: read_file(folder / name) for name in card.files}
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    if digests != card.files or card.version != version:
        wrong = [name for name in card.files if digests[name] != card.files[name]] or [CARD_FILE]
        raise ModelMismatchError(f"{version}: {', '.join(wrong)} and {CARD_FILE} are not of one model.", fix=RETRAIN)
    check_catalog(card)
    recipe = _parse(folder / RECIPE_FILE, Recipe, contents.get(RECIPE_FILE, b""))
    texts = {name.removesuffix(BOOSTER): each.decode() for name, each in contents.items() if name.endswith(BOOSTER)}
    fitted = Fitted(recipe, texts)
    _check_boosters(folder, fitted, tuple(feature.column for feature in card.features))
    return Model(card, fitted)


def _check_boosters(folder: Path, fitted: Fitted, columns: tuple[str, ...]) -> None:
    try:
        boosters = fitted.boosters
    except lgb.basic.LightGBMError as problem:
        raise _damaged(folder / f"*{BOOSTER}", str(problem)) from problem
    strangers = [name for name, each in boosters.items() if tuple(each.feature_name()) != columns]
    if strangers or fitted.features != columns:
        raise ModelMismatchError(
            f"{folder.name}: {', '.join(strangers) or RECIPE_FILE} has other inputs than its card.", fix=RETRAIN
        )


def _swap(staged: Path, target: Path, contents: Mapping[str, bytes]) -> None:
    """Rename the staged folder into place; a folder that is there already stays when it holds the same bytes."""
    if target.exists():
        found = {each.name: each.read_bytes() for each in target.iterdir()}
        if found == contents:
            return
        # A renamed folder cannot replace one with files in it: the damaged one moves aside and goes with the staging.
        aside = staged.with_name(f"{staged.name}-damaged")
        target.rename(aside)
        staged.rename(target)
        shutil.rmtree(aside)
        return
    staged.rename(target)


def _parse(path: Path, kind: type[_Document], content: bytes) -> _Document:
    try:
        return kind.model_validate_json(content)
    except ValidationError as problem:
        raise _damaged(path, str(problem.errors()[0]["msg"])) from problem


def read_file(path: Path) -> bytes:
    """Return a file's bytes.

    Raises:
        TidewaiterError: when it is missing.
    """
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as problem:
        raise _damaged(path, "it is missing") from problem


def _damaged(path: Path, cause: str) -> TidewaiterError:
    return TidewaiterError(f"{path.parent.name}/{path.name} cannot be read: {cause}.", fix=RETRAIN)
