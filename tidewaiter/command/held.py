"""The command `held`: what a date has held and refused, and what to do about it.

Belongs here: choosing the form and printing it.
Belongs elsewhere: reading (tidewaiter/ingest/held.py), what is shown (tidewaiter/view/held_view.py).
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import typer

from tidewaiter.command.console import open_console
from tidewaiter.ingest.held import read_held
from tidewaiter.ingest.registry import FEEDS, name_feed
from tidewaiter.lake import Lake
from tidewaiter.policy import load_policy
from tidewaiter.settings import Settings
from tidewaiter.view.export import write_csv
from tidewaiter.view.held_page import ROWS_LISTED, print_groups, print_rows
from tidewaiter.view.held_view import Choice, choose_rows, held_to_json, tabulate_rows


@dataclass(frozen=True)
class HeldForm:
    """How held rows are shown: how many at most, to which file, or as JSON."""

    rows_n: int | None = None
    csv: Path | None = None
    as_json: bool = False


def show_held(settings: Settings, on: date, choice: Choice, form: HeldForm) -> None:
    """Print a date's held rows: by rule, or one by one where a table, rule, file or number of rows is given."""
    feeds = (name_feed(choice.table),) if choice.table else FEEDS
    held = read_held(Lake(settings.lake), on, feeds, load_policy(settings.policy))
    rows = choose_rows(held, choice)
    lists_rows = choice.asks_for_rows or form.rows_n is not None
    if form.csv is not None:
        write_csv(tabulate_rows(held, rows, on, show_personal=choice.show_personal), form.csv)
        typer.echo(f"wrote {rows.height:,} held rows to {form.csv}")
    elif form.as_json:
        shown = rows if form.rows_n is None else rows.head(form.rows_n)
        typer.echo(held_to_json(held, shown if lists_rows else None, on, show_personal=choice.show_personal))
    elif lists_rows:
        longest = ROWS_LISTED if form.rows_n is None else form.rows_n
        print_rows(held, rows, open_console(), longest=longest, show_personal=choice.show_personal)
    else:
        print_groups(held, on, open_console())
