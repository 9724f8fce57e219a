"""The command `sample`: what `make nightly` runs on a fresh checkout.

Belongs here: sample data, history, training, the last night, a look at one queue.
Belongs elsewhere: making the data (sample_data), the night itself (pipelines).
"""

from dataclasses import replace

import typer
from rich.console import Console

from models.artifact import list_versions
from pipelines.night import open_runner
from pipelines.result import RunResult
from sample_data.make import DEFAULT_LAST_DAY as LAST_DAY
from sample_data.make import write_landing
from tidewaiter.command.console import open_console
from tidewaiter.command.progress import Display
from tidewaiter.command.run import Outcome, catch_up, tell_result, train
from tidewaiter.lake import Lake
from tidewaiter.settings import SAMPLE_LANDING, Settings
from tidewaiter.view.queue_view import read_queue, render_queue_table

PORT = "4701"
HEAD_ROWS = 5


def run_sample(given: Settings) -> int:
    """Run the sample night on sample data, print the head of one port's queue and where everything is."""
    settings = replace(given, landing=SAMPLE_LANDING)
    display = Display(Console(stderr=True))
    display.console.print(f"sample data: {SAMPLE_LANDING}", highlight=False)
    write_landing(SAMPLE_LANDING)
    past: list[RunResult] = []
    with open_runner(settings, display.watch) as runner:
        catch_up(runner, display, LAST_DAY, past)
        if not any(version.startswith(f"{LAST_DAY}-") for version in list_versions(settings.models)):
            train(runner, display, LAST_DAY)
        result = display.run_night(runner, LAST_DAY)
    tell_result(settings, result)
    if not Outcome(result, tuple(past)).is_clean:
        return 1
    render_queue_table(read_queue(Lake(settings.lake), LAST_DAY, PORT).head(HEAD_ROWS), open_console())
    _tell_places(settings, result)
    return 0


def _tell_places(settings: Settings, result: RunResult) -> None:
    day = LAST_DAY.isoformat()
    typer.echo(f"\nThe first {HEAD_ROWS} rows of port {PORT}. All of it:")
    typer.echo(f"  queue files     {settings.lake / 'queue' / 'item' / f'date={day}'}")
    typer.echo(f"  queue as text   .venv/bin/tidewaiter queue --date {day}")
    typer.echo(f"  DuckDB release  {result.notes['release']}")
    typer.echo("  Dagster UI      make ui")
