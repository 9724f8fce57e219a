"""The command `stale`: which dates are not what they would be if they were built now, why, and what builds them again.

Belongs here: printing stale dates, the command that clears them.
Belongs elsewhere: finding them (tidewaiter/ingest/stale.py), building them (run.py).
"""

import json
import shlex
from collections.abc import Sequence
from typing import Any

import typer

from tidewaiter.ingest.landed import check_landing
from tidewaiter.ingest.stale import StaleDate, find_stale, name_spans
from tidewaiter.lake import Lake
from tidewaiter.policy import load_policy
from tidewaiter.settings import Settings


def show_stale(settings: Settings, *, as_json: bool) -> None:
    """Print every stale date with its causes, and the command that rebuilds them."""
    check_landing(settings.landing)
    stale = list_stale(settings)
    if as_json:
        typer.echo(json.dumps(describe_stale(settings, stale), indent=2))
        return
    for each in stale:
        typer.echo(f"{each.on}  {'; '.join(cause.found for cause in each.causes)}")
    typer.echo(f"rebuild: {name_rebuild(settings, stale)}" if stale else "no date is stale")


def list_stale(settings: Settings) -> list[StaleDate]:
    """Return the stale dates of a home."""
    return find_stale(Lake(settings.lake), settings.landing, load_policy(settings.policy))


def describe_stale(settings: Settings, stale: Sequence[StaleDate]) -> dict[str, Any]:
    """Return stale dates as plain values for JSON."""
    return {
        "stale": [
            {
                "date": each.on.isoformat(),
                "is_rebuilt_by_next_night": each.is_own,
                "causes": [{"kind": cause.kind, "found": cause.found} for cause in each.causes],
            }
            for each in stale
        ],
        "rebuild": name_rebuild(settings, stale) if stale else None,
    }


def name_rebuild(settings: Settings, stale: Sequence[StaleDate]) -> str:
    """Return the command that rebuilds every date from the first stale one to the last."""
    folders = {"--home": settings.home, "--landing": settings.landing, "--policy": settings.policy}
    words = ["tidewaiter", "backfill", "--from", str(stale[0].on), "--to", str(stale[-1].on)]
    return shlex.join([*words, *(str(word) for pair in folders.items() for word in pair)])


def sum_up(stale: Sequence[StaleDate]) -> str:
    """Return how many dates are stale and which, in one line."""
    if not stale:
        return "no date is stale"
    count = "1 date is" if len(stale) == 1 else f"{len(stale)} dates are"
    return f"{count} stale: {name_spans([each.on for each in stale])}; `tidewaiter stale` says why"
