"""Which model scores a night: a log of promotions that is only ever added to.

Belongs here: the log, the champion and the challenger of a date, promoting and rolling back.
Belongs elsewhere: what a model must pass (gate.py), the files of a model (artifact.py), commands (tidewaiter/command).
"""

import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from models.artifact import Model, list_versions, load_model
from tidewaiter.errors import ModelMismatchError, TidewaiterError

LOG_FILE = "promotions.jsonl"
BY_TRAINING = "training"


class Promotion(BaseModel):
    """One line of the log: from a date on, a version scores; `replaced` did before."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    action: Literal["promote", "rollback"]
    version: str
    replaced: str | None
    effective_on: date
    by: str
    reason: str
    failed_gates: tuple[str, ...]
    policy_version: str


def read_log(models_dir: Path) -> list[Promotion]:
    """Return the promotions in the order they were made; none where nothing was ever promoted.

    Raises:
        TidewaiterError: naming the line that cannot be read.
    """
    path = models_dir / LOG_FILE
    if not path.exists():
        return []
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            found.append(Promotion.model_validate_json(line))
        except ValidationError as problem:
            raise TidewaiterError(
                f"{LOG_FILE} line {number} cannot be read: {problem.errors()[0]['msg']}.",
                fix="restore the line from a backup; the log decides which model scores",
            ) from problem
    return found


def list_in_force(models_dir: Path, on: date) -> list[Promotion]:
    """Return the promotions in force by a date, in the order they take effect; the last one names the champion."""
    made = [each for each in read_log(models_dir) if each.effective_on <= on]
    return sorted(made, key=lambda each: each.effective_on)


def name_champion(models_dir: Path, on: date) -> str | None:
    """Return the version that scores a date: the last one promoted by then.

    Where nothing was promoted by then it is the newest version trained on or before the date, if any.
    """
    made = list_in_force(models_dir, on)
    if made:
        return made[-1].version
    usable = list_trained(models_dir, on)
    return usable[-1] if usable else None


def find_champion(models_dir: Path, on: date) -> Model | None:
    """Return the model that scores a date, None where there is none yet.

    Raises:
        ModelMismatchError: when it does not fit the catalog. Another one is not taken in its place.
    """
    version = name_champion(models_dir, on)
    return load_model(models_dir / version) if version else None


def name_challenger(models_dir: Path, on: date) -> str | None:
    """Return the newest version trained by a date that is newer than its champion, None where there is none."""
    champion, usable = name_champion(models_dir, on), list_trained(models_dir, on)
    if champion is None or not usable or usable[-1][:10] <= champion[:10]:
        return None
    return usable[-1]


def list_trained(models_dir: Path, on: date) -> list[str]:
    """Return the versions trained on or before a date, oldest first."""
    return [version for version in list_versions(models_dir) if date.fromisoformat(version[:10]) <= on]


def add_promotion(models_dir: Path, promotion: Promotion) -> bool:
    """Add a line to the log; False where it would change nothing, because that version scores the date already.

    Raises:
        ModelMismatchError: when there is no such version, or it was trained after it is to take effect.
    """
    check_version(models_dir, promotion.version, promotion.effective_on)
    made = list_in_force(models_dir, promotion.effective_on)
    if made and made[-1].version == promotion.version:
        return False
    line = (promotion.model_dump_json() + "\n").encode()
    # One write at the end of the file: a reader sees the whole line or none of it.
    handle = os.open(models_dir / LOG_FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(handle, line)
        os.fsync(handle)
    finally:
        os.close(handle)
    return True


def find_earlier(models_dir: Path, on: date) -> Promotion:
    """Return the promotion in force whose version scored before the champion of a date.

    Raises:
        TidewaiterError: when no other version ever scored.
    """
    made = list_in_force(models_dir, on)
    others = [each for each in made if each.version != made[-1].version]
    if not others:
        raise TidewaiterError(f"no other model scored before {on}.", fix="train and promote another one")
    return others[-1]


def check_version(models_dir: Path, version: str, on: date) -> None:
    """Pass when the version is there and was trained by the date.

    Raises:
        ModelMismatchError: saying which of the two is not so.
    """
    versions: Sequence[str] = list_versions(models_dir)
    if version not in versions:
        raise ModelMismatchError(
            f"there is no model {version}.", fix=f"name one of {', '.join(versions[-5:]) or 'none: train one'}"
        )
    if date.fromisoformat(version[:10]) > on:
        raise ModelMismatchError(
            f"model {version} knows results of after {on}.", fix=f"let it take effect on {version[:10]} or later"
        )
