"""Which model scores a night, or that the record rule does: a log of promotions that is only ever added to.

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
from tidewaiter.targeting.record_rule import VERSION as RECORD_RULE

LOG_FILE = "promotions.jsonl"
BY_TRAINING = "training"
CHOOSE = (
    "name what is to score: `tidewaiter models promote VERSION`, "
    f"or `tidewaiter models promote {RECORD_RULE}` for the record rule"
)


class Promotion(BaseModel):
    """One line of the log: from a date on, a version or the record rule scores; `replaced` did before."""

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
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            found.append(Promotion.model_validate_json(line))
        except ValidationError as problem:
            raise TidewaiterError(
                f"{LOG_FILE} line {number} cannot be read: {problem.errors()[0]['msg']}.",
                fix="restore the line from a backup; the log decides which model scores",
            ) from problem
    return found


def find_next(models_dir: Path, made: Promotion) -> Promotion | None:
    """Return the promotion by which something else scores after one that takes effect, None where it stays."""
    later = [each for each in list_in_force(models_dir, date.max) if each.effective_on > made.effective_on]
    # Of several that take effect on one date the last scores it.
    last = {each.effective_on: each for each in later}
    return next((each for each in last.values() if each.version != made.version), None)


def list_in_force(models_dir: Path, on: date) -> list[Promotion]:
    """Return the promotions in force by a date, in the order they take effect; the last one names the champion."""
    made = [each for each in read_log(models_dir) if each.effective_on <= on]
    return sorted(made, key=lambda each: each.effective_on)


def find_decision(models_dir: Path, on: date) -> Promotion | None:
    """Return the line of the log that names what scores a date, None where nothing was promoted by then."""
    made = list_in_force(models_dir, on)
    return made[-1] if made else None


def name_champion(models_dir: Path, on: date) -> str | None:
    """Return what scores a date: the version promoted last by then, or the record rule where that was.

    Where nothing was promoted by then it is the newest version trained on or before the date, if any.
    """
    decision = find_decision(models_dir, on)
    if decision:
        return decision.version
    usable = list_trained(models_dir, on)
    return usable[-1] if usable else None


def find_champion(models_dir: Path, on: date) -> Model | None:
    """Return the model that scores a date, None where there is none yet or the record rule was put in its place.

    Raises:
        ModelMismatchError: when it does not fit the catalog. Another one is not taken in its place.
        TidewaiterError: when one of its files is missing or damaged.
    """
    version = name_champion(models_dir, on)
    return load_model(models_dir / version) if version not in (None, RECORD_RULE) else None


def name_challenger(models_dir: Path, on: date) -> str | None:
    """Return the newest version trained by a date that is newer than its champion, None where there is none."""
    newer = list_newer(models_dir, on)
    return newer[-1] if newer else None


def list_newer(models_dir: Path, on: date) -> list[str]:
    """Return the versions trained by a date that are newer than its champion, oldest first.

    Where the record rule scores, those newer than the model whose place the rule took: that model itself is not asked
    again, because it may be what stopped the night.
    """
    decision = find_decision(models_dir, on)
    if decision is None:
        return []
    passed_over = decision.replaced if decision.version == RECORD_RULE else decision.version
    return [each for each in list_trained(models_dir, on) if passed_over is None or each[:10] > passed_over[:10]]


def list_trained(models_dir: Path, on: date) -> list[str]:
    """Return the versions trained on or before a date, oldest first."""
    return [version for version in list_versions(models_dir) if date.fromisoformat(version[:10]) <= on]


def add_promotion(models_dir: Path, promotion: Promotion) -> bool:
    """Add a line to the log; False where it would change nothing, because that version scores the date already.

    Raises:
        ModelMismatchError: when there is no such version, or it was trained after it is to take effect.
    """
    if promotion.version != RECORD_RULE:
        check_version(models_dir, promotion.version, promotion.effective_on)
    decision = find_decision(models_dir, promotion.effective_on)
    if decision and decision.version == promotion.version:
        return False
    models_dir.mkdir(parents=True, exist_ok=True)
    _append(models_dir / LOG_FILE, (promotion.model_dump_json() + "\n").encode())
    return True


def _append(path: Path, line: bytes) -> None:
    """Add a line by one write at the end of the file: a reader sees the whole line or none of it.

    Raises:
        TidewaiterError: when it does not fit; what was written of it is taken away, because no night can read it.
    """
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        written = os.write(handle, line)
        if written < len(line):
            os.ftruncate(handle, os.fstat(handle).st_size - written)
            raise TidewaiterError(f"{path.name} has no room for a line more.", fix="make room on the disk, then repeat")
        os.fsync(handle)
    finally:
        os.close(handle)


def find_earlier(models_dir: Path, on: date) -> Promotion:
    """Return the promotion that a rollback from a date on goes back to: each rollback takes one more promotion away.

    Raises:
        TidewaiterError: when nothing scored before, or what did is no longer in the models folder.
    """
    left = _list_left(list_in_force(models_dir, on))
    if len(left) < 2:
        raise TidewaiterError(f"the log names nothing that scored before what scores {on}.", fix=CHOOSE)
    earlier = left[-2]
    if earlier.version not in (RECORD_RULE, *list_versions(models_dir)):
        raise TidewaiterError(
            f"{earlier.version}, which scored before, is no longer in the models folder.",
            fix=f"put its folder back, or {CHOOSE}",
        )
    return earlier


def _list_left(made: Sequence[Promotion]) -> list[Promotion]:
    """Return the promotions that no rollback has taken away, the champion's last."""
    left: list[Promotion] = []
    for each in made:
        if each.action == "rollback":
            places = [place for place, earlier in enumerate(left) if earlier.version == each.version]
            left = left[: places[-1] + 1] if places else [*left, each]
        elif not left or left[-1].version != each.version:
            left.append(each)
    return left


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
