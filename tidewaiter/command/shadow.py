"""The command `models shadow`: a challenger's nights in shadow beside the champion's queues.

Belongs here: which challenger and nights are meant, JSON.
Belongs elsewhere: arguments (tidewaiter/cli_models.py), the figures (tidewaiter/targeting/trial.py), layout
(tidewaiter/view/trial_page.py).
"""

import json
from dataclasses import asdict
from datetime import date
from typing import Any

import typer
from pydantic import BaseModel

from models.promotion import check_version, list_trained, name_challenger
from tidewaiter.command.console import open_console
from tidewaiter.errors import ModelMismatchError
from tidewaiter.lake import Lake
from tidewaiter.settings import Settings
from tidewaiter.targeting.trial import try_challenger
from tidewaiter.view.trial_page import print_trial


def show_shadow(settings: Settings, given: str | None, first: date | None, last: date | None, *, as_json: bool) -> None:
    """Print what the challenger would have chosen.

    Raises:
        ModelMismatchError: there is no such version, or none challenges.
        PartitionMissingError: it scored no night in shadow.
    """
    version = _find_version(settings, given)
    from_on = first or date.fromisoformat(version[:10])
    lake = Lake(settings.lake)
    newest = max([from_on, *lake.dates("score.shadow")[-1:]])
    found = try_challenger(lake, version, from_on, last or newest)
    if as_json:
        typer.echo(json.dumps(asdict(found), indent=2, default=_write_plain))
    else:
        print_trial(found, open_console())


def _write_plain(value: object) -> Any:
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else str(value)


def _find_version(settings: Settings, given: str | None) -> str:
    if given is not None:
        check_version(settings.models, given, date.max)
        return given
    version = name_challenger(settings.models, date.max)
    if version is None:
        trained = ", ".join(list_trained(settings.models, date.max)[-5:]) or "none: train one"
        raise ModelMismatchError("no model challenges the champion.", fix=f"name one of {trained}")
    return version
