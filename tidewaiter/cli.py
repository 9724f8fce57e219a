"""The command line: every command, its options and what it prints.

Belongs here: arguments, exit codes (0 done, 1 failed, 2 wrong use).
Belongs elsewhere: what a command does (tidewaiter/command), the work itself.
"""

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from tidewaiter import __version__
from tidewaiter.errors import DateError, HomeError, LandingError, PolicyFolderError, TidewaiterError
from tidewaiter.settings import load_settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Nightly trade risk scoring: landed files in, each port's ranked exam queue out, every row with its reasons.",
    epilog="Exit codes: 0 done, 1 failed, 2 wrong use.",
)

Day = Annotated[datetime, typer.Option("--date", formats=["%Y-%m-%d"], help="Business date, YYYY-MM-DD.")]
AsOf = Annotated[datetime, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Use what was known before this date.")]
Home = Annotated[
    Path | None, typer.Option("--home", help="Folder of the lake, models, releases and run history. [default: data]")
]
Landing = Annotated[
    Path | None,
    typer.Option("--landing", help="Folder of landed files, <feed>/<date>/<file>. [default: sample_data/landing]"),
]
PolicyFolder = Annotated[
    Path | None, typer.Option("--policy", help="Folder of policy files; those it lacks come from policy/.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document, for programs.")]


def main() -> None:
    """Run the command line; a known error is printed in one piece and sets the exit code."""
    try:
        app()
    except (LandingError, PolicyFolderError, HomeError, DateError) as error:
        _fail(error, 2)
    except TidewaiterError as error:
        _fail(error, 1)


def _fail(error: TidewaiterError, code: int) -> None:
    typer.secho(f"error: {error.cause}", fg="red", err=True)
    if error.fix:
        typer.secho(f"  fix: {error.fix}", err=True)
    sys.exit(code)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tidewaiter {__version__}")
        raise typer.Exit


@app.callback()
def version(
    _: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Tidewaiter."""


@app.command()
def nightly(
    day: Day, landing: Landing = None, home: Home = None, policy: PolicyFolder = None, as_json: AsJson = False
) -> None:
    """Run one night: read what landed, score it, queue it, publish the release.

    Earlier dates that landed and are not built yet are built first, so that the night can look back on them.
    """
    from tidewaiter.command.run import run_nights

    raise typer.Exit(run_nights(load_settings(home, landing, policy), [day.date()], as_json=as_json))


@app.command()
def backfill(
    first: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First business date.")],
    last: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="Last business date.")],
    landing: Landing = None,
    home: Home = None,
    policy: PolicyFolder = None,
    as_json: AsJson = False,
) -> None:
    """Run the nights of several dates, in order; the result is that of running each alone."""
    from tidewaiter.command.run import list_days, run_nights

    if last < first:
        raise typer.BadParameter("--to is before --from")
    days = list_days(first.date(), last.date())
    raise typer.Exit(run_nights(load_settings(home, landing, policy), days, as_json=as_json))


@app.command()
def train(
    as_of: AsOf, landing: Landing = None, home: Home = None, policy: PolicyFolder = None, as_json: AsJson = False
) -> None:
    """Train a model on the findings known before a date; nights from that date on use it.

    With too few findings no model is made, and nights go on with the record rule.
    """
    from tidewaiter.command.run import run_training

    raise typer.Exit(run_training(load_settings(home, landing, policy), as_of.date(), as_json=as_json))


@app.command()
def queue(
    day: Day,
    port: Annotated[str | None, typer.Option("--port", help="Schedule D code of one port.")] = None,
    form: Annotated[Literal["table", "csv", "json"], typer.Option("--format", help="How to print it.")] = "table",
    home: Home = None,
    policy: PolicyFolder = None,
) -> None:
    """Print the queues of a date, or of one port."""
    from tidewaiter.command.show import show_queue

    show_queue(load_settings(home, None, policy), day.date(), port, form)


@app.command()
def explain(
    shipment_id: Annotated[str, typer.Argument(help="For example entry:XYZ12345678.")],
    day: Day,
    personal: Annotated[bool, typer.Option("--show-personal", help="Show names as filed instead of initials.")] = False,
    home: Home = None,
    policy: PolicyFolder = None,
    as_json: AsJson = False,
) -> None:
    """Say why a shipment scores as it does and where it stands in its port."""
    from tidewaiter.command.show import show_explanation

    settings = load_settings(home, None, policy)
    show_explanation(settings, day.date(), shipment_id, show_personal=personal, as_json=as_json)


@app.command()
def duty(
    day: Day,
    hts: Annotated[str, typer.Option("--hts", help="Tariff number, four to ten digits, with or without dots.")],
    origin: Annotated[str, typer.Option("--origin", help="Country where the goods were made, two letters.")],
    value: Annotated[float | None, typer.Option("--value", min=0, help="Declared value in USD.")] = None,
    mode: Annotated[str, typer.Option("--mode", help="CBP mode of transport.")] = "40",
    entry_type: Annotated[str, typer.Option("--entry-type", help="Entry type.")] = "11",
    quantity: Annotated[float | None, typer.Option("--quantity", min=0, help="Number of units.")] = None,
    unit: Annotated[str | None, typer.Option("--unit", help="Unit of the quantity, for example NO or DOZ.")] = None,
    kg: Annotated[float | None, typer.Option("--kg", min=0, help="Gross weight in kilograms.")] = None,
    text: Annotated[str | None, typer.Option("--text", help="Goods in words, for orders without numbers.")] = None,
    home: Home = None,
    policy: PolicyFolder = None,
    as_json: AsJson = False,
) -> None:
    """Say what duty a line owes on a date, why, and what it would owe if line, origin or value were wrong."""
    from tidewaiter.command.duty import Question, show_duty

    asked = Question(hts, origin, value, mode, entry_type, quantity, unit, kg, text)
    show_duty(load_settings(home, None, policy), day.date(), asked, as_json=as_json)


@app.command()
def sample(home: Home = None, policy: PolicyFolder = None) -> None:
    """Make the sample data on first use, run its history, training and last night, and show a queue."""
    from tidewaiter.command.sample import run_sample

    raise typer.Exit(run_sample(load_settings(home, None, policy)))


@app.command()
def doctor(landing: Landing = None, home: Home = None, policy: PolicyFolder = None, as_json: AsJson = False) -> None:
    """Check that this machine, the folders, the policy and the contracts are fit for a night."""
    from tidewaiter.command.doctor import run_doctor

    raise typer.Exit(run_doctor(load_settings(home, landing, policy), as_json=as_json))


@app.command()
def ui(
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to listen on.")] = 3000,
    landing: Landing = None,
    home: Home = None,
    policy: PolicyFolder = None,
) -> None:
    """Open the Dagster UI with this home's run history; stop it with Ctrl-C."""
    from tidewaiter.command.ui import serve_ui

    serve_ui(load_settings(home, landing, policy), host, port)
