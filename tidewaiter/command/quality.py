"""The command `quality`.

Belongs here: which night, in which form.
Belongs elsewhere: what is said (tidewaiter/quality), how it is laid out (tidewaiter/view, data_quality/templates).
"""

import webbrowser
from datetime import date
from pathlib import Path

import typer

from data_quality.report import render_report
from tidewaiter.command.console import open_console
from tidewaiter.errors import PartitionMissingError
from tidewaiter.lake import Lake
from tidewaiter.policy import load_policy
from tidewaiter.quality.night import read_night
from tidewaiter.quality.page import build_page
from tidewaiter.quality.report import write_page, write_report
from tidewaiter.quality.store import MEASURE
from tidewaiter.settings import Settings
from tidewaiter.view.quality_view import quality_to_json, render_quality


def show_quality(settings: Settings, given: date | None, *, html: Path | None, opens: bool, as_json: bool) -> None:
    """Print what was found about the data of a night; write its page where asked, or in its own place.

    Raises:
        PartitionMissingError: nothing is known about the date, or about any.
    """
    policy, lake = load_policy(settings.policy), Lake(settings.lake)
    on = given or _newest(lake)
    night = read_night(lake, policy.expectations, on)
    page = build_page(night)
    if html is None:
        path = write_report(settings, policy, on).path
    else:
        path = html.resolve()
        write_page(path, render_report(page))
    if as_json:
        typer.echo(quality_to_json(night, page))
    else:
        render_quality(page, open_console())
        typer.echo(f"report: {path}")
    if opens:
        webbrowser.open(path.as_uri())


def _newest(lake: Lake) -> date:
    dates = lake.dates(MEASURE)
    if not dates:
        raise PartitionMissingError(
            "no night has been run in this home.", fix="run `tidewaiter nightly --date DATE` first, or name a --home"
        )
    return dates[-1]
