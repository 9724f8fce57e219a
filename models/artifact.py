"""The files of a model: a folder with model.txt and card.json, written whole, checked on every load, never a pickle.

Belongs here: versions, writing aside and swapping in, loading, the newest model of a date.
Belongs elsewhere: training (train.py), what a card says (card.py).
"""

import hashlib
import json
import os
import re
import shutil
import uuid
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import lightgbm as lgb
import numpy as np
from pydantic import ValidationError

from models.card import Card
from models.fit import Fitted
from tidewaiter.errors import ModelMismatchError, TidewaiterError
from tidewaiter.features.catalog import load_catalog
from tidewaiter.lake import replace_durably

MODEL_FILE = "model.txt"
CARD_FILE = "card.json"
VERSION = re.compile(r"(\d{4}-\d{2}-\d{2})-[0-9a-f]{8}")
RETRAIN = "train a model again, or delete the folder"


@dataclass(frozen=True)
class Model:
    """A booster that may be used, and its card."""

    card: Card
    fitted: Fitted

    @property
    def version(self) -> str:
        return self.card.version


def write_model(models_dir: Path, card: Card, text: str) -> Model:
    """Publish the model under its version and return it as read back; what cannot be read back is not published.

    Args:
        card: its version and model_sha256 are filled in here.

    Raises:
        ModelMismatchError, TidewaiterError: as `load_model`.
    """
    final = stamp_card(card, text)
    contents = {MODEL_FILE: text.encode(), CARD_FILE: write_card(final)}
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


def stamp_card(card: Card, text: str) -> Card:
    """Return the card with the text's SHA-256 and the version that its whole content makes."""
    hashed = card.model_copy(update={"version": "", "model_sha256": hashlib.sha256(text.encode()).hexdigest()})
    content = hashlib.sha256(write_card(hashed)).hexdigest()
    return hashed.model_copy(update={"version": f"{card.as_of.isoformat()}-{content[:8]}"})


def write_card(card: Card) -> bytes:
    """Return the card as JSON, its keys in the card's order."""
    return (json.dumps(card.model_dump(mode="json"), indent=1, allow_nan=False) + "\n").encode()


def list_versions(models_dir: Path) -> list[str]:
    """Return the published versions, oldest first."""
    if not models_dir.is_dir():
        return []
    return sorted(each.name for each in models_dir.iterdir() if each.is_dir() and VERSION.fullmatch(each.name))


def newest_model(models_dir: Path, on: date) -> Model | None:
    """Return the model with the newest as_of at or before the date; of one as_of, the highest content fingerprint.

    Raises:
        ModelMismatchError: when it does not fit the catalog. An older one is not taken in its place.
    """
    usable = [version for version in list_versions(models_dir) if date.fromisoformat(version[:10]) <= on]
    return load_model(models_dir / usable[-1]) if usable else None


def load_model(folder: Path) -> Model:
    """Return the model of a version folder.

    Raises:
        ModelMismatchError: when its features are not the catalog's, or model.txt is not the one the card describes.
        TidewaiterError: when a file is missing or cannot be read.
    """
    return _read_model(folder, folder.name)


def check_catalog(card: Card) -> None:
    """Pass when the card's features are the catalog's inputs: same names, same order, same units.

    Raises:
        ModelMismatchError: naming what differs.
    """
    catalog = load_catalog()
    today = {name: catalog.feature(name).unit for name in catalog.model_inputs}
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
            fix="train a model on today's catalog",
        )


def _read_model(folder: Path, version: str) -> Model:
    card = _read_card(folder)
    text = _read_file(folder / MODEL_FILE)
    if hashlib.sha256(text).hexdigest() != card.model_sha256 or card.version != version:
        raise ModelMismatchError(f"{version}: {MODEL_FILE} and {CARD_FILE} are not of one model.", fix=RETRAIN)
    check_catalog(card)
    booster = _read_booster(folder, text.decode())
    columns = tuple(feature.column for feature in card.features)
    if tuple(booster.feature_name()) != columns or booster.num_model_per_iteration() != len(card.classes):
        raise ModelMismatchError(f"{version}: {MODEL_FILE} has other inputs or classes than its card.", fix=RETRAIN)
    stand_ins = [np.nan if feature.stand_in is None else feature.stand_in for feature in card.features]
    fitted = Fitted(
        text=text.decode(),
        booster=booster,
        classes=card.classes,
        features=columns,
        stand_ins=np.array(stand_ins, dtype=np.float32),
        revenue_loss_ratio=card.revenue_loss_ratio,
    )
    return Model(card, fitted)


def _swap(staged: Path, target: Path, contents: dict[str, bytes]) -> None:
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


def _read_card(folder: Path) -> Card:
    try:
        return Card.model_validate_json(_read_file(folder / CARD_FILE))
    except ValidationError as problem:
        raise _damaged(folder / CARD_FILE, str(problem.errors()[0]["msg"])) from problem


def _read_booster(folder: Path, text: str) -> lgb.Booster:
    try:
        return lgb.Booster(model_str=text)
    except lgb.basic.LightGBMError as problem:
        raise _damaged(folder / MODEL_FILE, str(problem)) from problem


def _read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as problem:
        raise _damaged(path, "it is missing") from problem


def _damaged(path: Path, cause: str) -> TidewaiterError:
    return TidewaiterError(f"{path.parent.name}/{path.name} cannot be read: {cause}.", fix=RETRAIN)
