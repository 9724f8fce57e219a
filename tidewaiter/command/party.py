"""The command `party`: one party and why its spellings are one.

Belongs here: choosing the form and printing it.
Belongs elsewhere: what is shown (tidewaiter/view/party_view.py).
"""

from datetime import date

import typer

from tidewaiter.command.console import open_console
from tidewaiter.lake import Lake
from tidewaiter.policy import load_policy
from tidewaiter.settings import Settings
from tidewaiter.view.party_view import party_to_json, print_party, read_party


def show_party(settings: Settings, on: date | None, asked: str, *, show_personal: bool, as_json: bool) -> None:
    """Print the party of an id or a name."""
    policy = load_policy(settings.policy)
    found = read_party(Lake(settings.lake), on, asked, policy, show_personal=show_personal)
    if as_json:
        typer.echo(party_to_json(found))
    else:
        print_party(found, open_console())
