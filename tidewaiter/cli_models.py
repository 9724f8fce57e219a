"""The commands under `tidewaiter models`: which model scores, what it must pass, who put it there.

Belongs here: their arguments.
Belongs elsewhere: all other commands (cli.py), what they do (tidewaiter/command/models.py).
"""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from tidewaiter.settings import load_settings

app = typer.Typer(no_args_is_help=True, help="See which model scores, judge a challenger, promote it or go back.")

Version = Annotated[str, typer.Argument(help="For example 2026-11-20-1a2b3c4d.")]
Home = Annotated[
    Path | None, typer.Option("--home", help="Folder of the lake, models, releases and run history. [default: data]")
]
PolicyFolder = Annotated[
    Path | None, typer.Option("--policy", help="Folder of policy files; those it lacks come from policy/.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document, for programs.")]
Day = Annotated[
    datetime | None,
    typer.Option(
        "--date",
        formats=["%Y-%m-%d"],
        help="Business date, YYYY-MM-DD. [default: that of the newest model or of the last promotion to take effect]",
    ),
]
From = Annotated[
    datetime | None,
    typer.Option(
        "--from", formats=["%Y-%m-%d"], help="First business date it scores. [default: the first without a queue]"
    ),
]
By = Annotated[str, typer.Option("--by", help="Who decides it.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, in words; it stays in the log.")]


@app.command(name="list")
def list_models(day: Day = None, home: Home = None, as_json: AsJson = False) -> None:
    """List the models, which one scores a date, which one challenges it, and what the log says of each."""
    from tidewaiter.command.models import show_models

    show_models(load_settings(home, None, None), day.date() if day else None, as_json=as_json)


@app.command()
def show(version: Version, home: Home = None, as_json: AsJson = False) -> None:
    """Show what a model says of itself: labels, families, figures, fairness and limits."""
    from tidewaiter.command.models import show_model

    show_model(load_settings(home, None, None), version, as_json=as_json)


@app.command()
def report(
    version: Annotated[
        str | None, typer.Argument(help="For example 2026-11-20-1a2b3c4d. [default: the newest]")
    ] = None,
    against: Annotated[
        str | None,
        typer.Option("--against", help="Version to hold it against. [default: the one whose place it takes]"),
    ] = None,
    html: Annotated[Path | None, typer.Option("--html", help="Write the page here. [default: in HOME/models]")] = None,
    opens: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    home: Home = None,
    policy: PolicyFolder = None,
) -> None:
    """Write a model's page and print where it lies: gates, what changed, chances, finds, what it looks at, fairness."""
    from tidewaiter.command.models import report_model

    settings = load_settings(home, None, policy)
    report_model(settings, version, against=against, html=html, opens=opens)


@app.command()
def shadow(
    version: Annotated[
        str | None, typer.Argument(help="For example 2026-11-20-1a2b3c4d. [default: the newest challenger]")
    ] = None,
    first: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First night. [default: its own date]")
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last night. [default: the newest]")
    ] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Show what a challenger would have targeted on the nights it scored in shadow, and what exams found there."""
    from tidewaiter.command.shadow import show_shadow

    days = (first.date() if first else None, last.date() if last else None)
    show_shadow(load_settings(home, None, None), version, *days, as_json=as_json)


@app.command()
def gates(version: Version, home: Home = None, policy: PolicyFolder = None, as_json: AsJson = False) -> None:
    """Judge a model by the gates; ends with 1 when it does not pass them all."""
    from tidewaiter.command.models import show_gates

    raise typer.Exit(show_gates(load_settings(home, None, policy), version, as_json=as_json))


@app.command()
def promote(
    version: Annotated[
        str, typer.Argument(help="For example 2026-11-20-1a2b3c4d; record_rule lets nights run on the record rule.")
    ],
    reason: Reason,
    by: By,
    first: From = None,
    force: Annotated[bool, typer.Option("--force", help="Promote it although it does not pass a gate.")] = False,
    home: Home = None,
    policy: PolicyFolder = None,
) -> None:
    """Let a model, or the record rule, score from a date on; the act, its reason and its gates go into the log.

    `promote record_rule --from D` is for when no model is fit: nights from D on need none, until one is promoted.
    Nights that are published stay as they are; a date that is run again is scored by the model promoted by then.
    """
    from tidewaiter.command.models import Act, promote_model

    act = Act(reason, by, first.date() if first else None, force=force)
    promote_model(load_settings(home, None, policy), version, act)


@app.command()
def rollback(
    reason: Reason,
    by: By,
    first: Annotated[
        datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First business date scored by what was before.")
    ],
    home: Home = None,
    policy: PolicyFolder = None,
) -> None:
    """Go back to what scored before the champion, from a date on; a second rollback goes back one further."""
    from tidewaiter.command.models import Act, roll_back

    roll_back(load_settings(home, None, policy), Act(reason, by, first.date(), force=True))
