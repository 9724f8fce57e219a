"""The commands `queue` and `explain`.

Belongs here: choosing the form and printing it.
Belongs elsewhere: what is shown (tidewaiter/view).
"""

from datetime import date
from pathlib import Path

import typer

from tidewaiter.command.console import open_console
from tidewaiter.lake import Lake
from tidewaiter.policy import load_policy
from tidewaiter.settings import Settings


def show_queue(settings: Settings, on: date, port: str | None, form: str, csv: Path | None) -> None:
    """Print the queues of a date as a table, CSV or JSON, or write them to a CSV file and say so."""
    from tidewaiter.view.export import write_csv
    from tidewaiter.view.queue_view import flatten_queue, queue_to_csv, queue_to_json, read_queue, render_queue_table

    load_policy(settings.policy)
    frame = read_queue(Lake(settings.lake), on, port)
    if csv is not None:
        write_csv(flatten_queue(frame), csv)
        typer.echo(f"wrote {frame.height:,} queued shipments to {csv}")
    elif form == "table":
        render_queue_table(frame, open_console())
    else:
        typer.echo(queue_to_csv(frame) if form == "csv" else queue_to_json(frame), nl=form != "csv")


def show_explanation(settings: Settings, on: date, shipment_id: str, *, show_personal: bool, as_json: bool) -> None:
    """Print why a shipment scores as it does."""
    from tidewaiter.view.explain_view import explain_shipment, explanation_to_json, render_explanation

    load_policy(settings.policy)
    found = explain_shipment(Lake(settings.lake), on, shipment_id, show_personal=show_personal)
    if as_json:
        typer.echo(explanation_to_json(found))
    else:
        render_explanation(found, open_console())
