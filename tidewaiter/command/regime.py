"""The command `regime`.

Belongs here: reading the policy and choosing the form.
Belongs elsewhere: what is printed (tidewaiter/regime/view.py).
"""

import json
from datetime import date

import typer

from tidewaiter.command.console import open_console
from tidewaiter.policy import load_policy
from tidewaiter.regime.answer import make_case
from tidewaiter.regime.view import describe_date, print_date
from tidewaiter.settings import Settings


def show_regime(
    settings: Settings,
    on: date,
    origin: str | None,
    mode_code: str | None,
    entry_type: str | None,
    value_usd: float | None,
    *,
    as_json: bool,
) -> None:
    """Print what the law asks for on a date."""
    regimes = load_policy(settings.policy).regimes
    case = make_case(on, origin, mode_code, entry_type, value_usd)
    if as_json:
        typer.echo(json.dumps(describe_date(regimes, case), indent=2, ensure_ascii=False))
    else:
        print_date(regimes, case, open_console())
