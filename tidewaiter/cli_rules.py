"""The commands under `tidewaiter rules`: what people look for, and what came of it.

Belongs here: their arguments.
Belongs elsewhere: all other commands (cli.py), what they do (tidewaiter/command/rules.py).
"""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from tidewaiter.settings import load_settings

app = typer.Typer(no_args_is_help=True, help="Rules that people write: check them, judge them on past nights.")

Home = Annotated[Path | None, typer.Option("--home", help="Folder of the lake. [default: data]")]
PolicyFolder = Annotated[
    Path | None, typer.Option("--policy", help="Folder of policy files; those it lacks come from policy/.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document, for programs.")]
First = Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First night.")]
Last = Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="Last night.")]
Family = Annotated[str, typer.Option("--family", help="Family that an expression looks for.")]


@app.command()
def check(policy: PolicyFolder = None, as_json: AsJson = False) -> None:
    """Read every rule of the policy folder; an unknown column, type, key or owner ends with 1 and names it."""
    from tidewaiter.command.rules import check_rules

    check_rules(load_settings(None, None, policy), as_json=as_json)


@app.command(name="list")
def list_all(
    day: Annotated[
        datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="Only what is in force on this date.")
    ] = None,
    policy: PolicyFolder = None,
    as_json: AsJson = False,
) -> None:
    """List the rules: state, family, weight, ports, owner, validity and what each looks for."""
    from tidewaiter.command.rules import list_rules

    list_rules(load_settings(None, None, policy), day.date() if day else None, as_json=as_json)


@app.command()
def backtest(
    rule: Annotated[str, typer.Argument(help="A rule's id, an expression, or a YAML file with one rule.")],
    first: First,
    last: Last,
    family: Family = "revenue",
    home: Home = None,
    policy: PolicyFolder = None,
    as_json: AsJson = False,
) -> None:
    """Say what a rule would have done on past nights: alerts, overlap with queues, hit rate, new burden."""
    from tidewaiter.command.rules import show_backtest

    span = _read_span(first, last)
    show_backtest(load_settings(home, None, policy), rule, family, *span, as_json=as_json)


@app.command()
def report(first: First, last: Last, home: Home = None, policy: PolicyFolder = None, as_json: AsJson = False) -> None:
    """Say what each rule did on the nights it was in force: hits, exams, hit rate, last hit, cost."""
    from tidewaiter.command.rules import show_report

    show_report(load_settings(home, None, policy), *_read_span(first, last), as_json=as_json)


def _read_span(first: datetime, last: datetime) -> tuple[date, date]:
    if last < first:
        raise typer.BadParameter("--to is before --from")
    return first.date(), last.date()
