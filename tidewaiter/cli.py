"""The command line: every command, its options and what it prints.

Belongs here: arguments, exit codes (0 done, 1 failed, 2 wrong use).
Belongs elsewhere: what a command does (tidewaiter/command), the work itself.
"""

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from tidewaiter import __version__, cli_models, cli_prove, cli_rules, cli_world
from tidewaiter.errors import (
    ArgumentError,
    DateError,
    FeedError,
    HomeError,
    LandingError,
    PolicyFolderError,
    TidewaiterError,
)
from tidewaiter.settings import load_settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Nightly trade risk scoring: landed files in, each port's ranked exam queue out, every row with its reasons.",
    epilog="Exit codes: 0 done, 1 failed, 2 wrong use.",
)

app.add_typer(cli_prove.app, name="prove")
app.add_typer(cli_models.app, name="models")
app.add_typer(cli_rules.app, name="rules")
app.add_typer(cli_world.app, name="world")

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
Csv = Annotated[
    Path | None,
    typer.Option("--csv", dir_okay=False, help="Write it to this CSV file; a spreadsheet runs no cell of it."),
]


def main() -> None:
    """Run the command line; a known error is printed in one piece and sets the exit code."""
    try:
        app()
    except (ArgumentError, LandingError, PolicyFolderError, HomeError, DateError, FeedError) as error:
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
    """Train a model on the findings known before a date.

    The first one scores nights from that date on; a later one challenges it until `models promote` (policy/model.yml).
    With too few findings no model is made, and nights go on with the record rule.
    """
    from tidewaiter.command.run import run_training

    raise typer.Exit(run_training(load_settings(home, landing, policy), as_of.date(), as_json=as_json))


@app.command()
def queue(
    day: Day,
    port: Annotated[str | None, typer.Option("--port", help="Schedule D code of one port.")] = None,
    form: Annotated[Literal["table", "csv", "json"], typer.Option("--format", help="How to print it.")] = "table",
    csv: Csv = None,
    home: Home = None,
    policy: PolicyFolder = None,
) -> None:
    """Print the queues of a date, or of one port."""
    from tidewaiter.command.show import show_queue

    show_queue(load_settings(home, None, policy), day.date(), port, form, csv)


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
def party(
    asked: Annotated[str, typer.Argument(metavar="ID|NAME", help="A party's id, or a name as filed.")],
    day: Annotated[
        datetime | None,
        typer.Option("--date", formats=["%Y-%m-%d"], help="As known on this business date. [default: the newest]"),
    ] = None,
    personal: Annotated[bool, typer.Option("--show-personal", help="Show names and addresses as filed.")] = False,
    home: Home = None,
    policy: PolicyFolder = None,
    as_json: AsJson = False,
) -> None:
    """Show a party: its spellings and why they are one, shipments, list hits, findings, and what became of it."""
    from tidewaiter.command.party import show_party

    settings = load_settings(home, None, policy)
    show_party(settings, day.date() if day else None, asked, show_personal=personal, as_json=as_json)


@app.command()
def quality(
    day: Annotated[
        datetime | None,
        typer.Option("--date", formats=["%Y-%m-%d"], help="Business date, YYYY-MM-DD. [default: the newest]"),
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write the page to this file instead of HOME/quality.")
    ] = None,
    opens: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
    home: Home = None,
    policy: PolicyFolder = None,
    as_json: AsJson = False,
) -> None:
    """Say how good the data of a night was, what needs a person, and write the report page."""
    from tidewaiter.command.quality import show_quality

    settings = load_settings(home, None, policy)
    show_quality(settings, day.date() if day else None, html=html, opens=opens, as_json=as_json)


@app.command()
def held(
    day: Day,
    table: Annotated[str | None, typer.Option("--table", help="List the rows of a feed or raw table.")] = None,
    rule: Annotated[str | None, typer.Option("--rule", help="List the rows that break a rule.")] = None,
    file: Annotated[str | None, typer.Option("--file", help="List the rows of a landed file.")] = None,
    rows: Annotated[int | None, typer.Option("--rows", min=1, help="List at most so many rows. [default: 20]")] = None,
    csv: Csv = None,
    personal: Annotated[bool, typer.Option("--show-personal", help="Show personal columns as filed.")] = False,
    home: Home = None,
    policy: PolicyFolder = None,
    as_json: AsJson = False,
) -> None:
    """Show what a date has held and refused: by rule with its meaning and what to do, or row by row."""
    from tidewaiter.command.held import HeldForm, show_held
    from tidewaiter.view.held_view import Choice

    choice = Choice(table, rule, file, show_personal=personal)
    show_held(load_settings(home, None, policy), day.date(), choice, HeldForm(rows, csv, as_json))


@app.command()
def replay(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The corrected file, wherever it is.")],
    day: Annotated[
        datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="Business date it is for.")
    ] = None,
    feed: Annotated[str | None, typer.Option("--feed", help="Feed it is for.")] = None,
    corrects: Annotated[str | None, typer.Option("--corrects", help="Landed file that it corrects.")] = None,
    name: Annotated[
        str | None, typer.Option("--as", help="Name to land under. [default: its own, or r2/<name>]")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what a night would make of it, and land nothing.")
    ] = False,
    conflicts: Annotated[
        bool, typer.Option("--allow-conflicts", help="Land it although rows that are kept now would be held.")
    ] = False,
    landing: Landing = None,
    home: Home = None,
    policy: PolicyFolder = None,
) -> None:
    """Run a corrected file: judge it, land it beside the file it corrects, run that date again.

    Feed, date and the corrected file are taken from its place, from the options, or from the ledger by its name.
    """
    from tidewaiter.command.replay import ReplayRequest, run_replay
    from tidewaiter.ingest.correction import Given

    given = Given(file.resolve(), feed, day.date() if day else None, corrects)
    request = ReplayRequest(given, name, is_dry=dry_run, allows_conflicts=conflicts)
    raise typer.Exit(run_replay(load_settings(home, landing, policy), request))


@app.command()
def regime(
    day: Day,
    origin: Annotated[str | None, typer.Option("--origin", help="Country where the goods were made.")] = None,
    mode: Annotated[str | None, typer.Option("--mode", help="Mode of transport, such as 40.")] = None,
    entry_type: Annotated[str | None, typer.Option("--entry-type", help="Entry type, such as 86.")] = None,
    value: Annotated[float | None, typer.Option("--value", help="Declared value in USD.")] = None,
    policy: PolicyFolder = None,
    as_json: AsJson = False,
) -> None:
    """Say what the law asks for on a date: the rules in force, or the answers for one kind of shipment."""
    from tidewaiter.command.regime import show_regime

    settings = load_settings(None, None, policy)
    show_regime(settings, day.date(), origin, mode, entry_type, value, as_json=as_json)


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
def stale(landing: Landing = None, home: Home = None, policy: PolicyFolder = None, as_json: AsJson = False) -> None:
    """List the dates whose files, rules or earlier dates have changed since they were built, and what rebuilds them."""
    from tidewaiter.command.stale import show_stale

    show_stale(load_settings(home, landing, policy), as_json=as_json)


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
