"""A date's queues: read from the lake, printed as a table, written as CSV or JSON.

Belongs here: the columns a reader sees and their order, the layout of the table.
Belongs elsewhere: one shipment in full (explain_view.py), wording of figures (tidewaiter/targeting/figure.py).
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from data_quality.codes import load_codes
from tidewaiter.errors import TidewaiterError
from tidewaiter.lake import Lake
from tidewaiter.targeting.figure import write_percent
from tidewaiter.targeting.record_rule import VERSION as RECORD_RULE
from tidewaiter.view.export import to_csv
from tidewaiter.view.reason import Reason, describe_reason, leading_reasons

COLUMNS = (
    "date", "port_code", "port_name", "team", "capacity", "shipments_n", "rank", "shipment_id", "stream", "score",
    "p_revenue", "p_contraband", "p_product", "p_forced_labor", "expected_loss_usd", "expected_consequence_usd",
    "reasons", "run_id", "model_version", "policy_version",
)  # fmt: skip
# Until a shipment is decided on, one drawn at random looks like any other: these are for programs that ask, and the
# queue's least targeted consequence is for nobody who reads a queue.
SELECTION = ("selector", "inclusion_probability")
REASONS_IN_TABLE = 3
WIDE = 120


def read_queue(lake: Lake, on: date, port: str | None = None, *, with_selection: bool = False) -> pl.DataFrame:
    """Return the queued shipments of a date in port, team and rank order, with what their queue was chosen from.

    Args:
        port: Schedule D code of the one port wanted.
        with_selection: add how each shipment was chosen, which readers of a queue are not shown.

    Raises:
        PartitionMissingError: the night has not been run.
        TidewaiterError: the port has no queue on that date.
    """
    items = pl.read_parquet(lake.existing("queue.item", on), hive_partitioning=False)
    queues = pl.read_parquet(lake.existing("queue.summary", on), hive_partitioning=False)
    if port is not None:
        _check_port(port, queues["port_code"].unique().sort().to_list(), on)
        items = items.filter(pl.col("port_code") == port)
    chosen_from = queues.select("port_code", "team", "capacity", "shipments_n")
    named = pl.col("port_code").replace_strict(load_codes()["port"], default=None, return_dtype=pl.String)
    columns = [*COLUMNS, *(SELECTION if with_selection else ())]
    joined = items.join(chosen_from, on=["port_code", "team"], how="left", validate="m:1").with_columns(port_name=named)
    return joined.select(columns).sort("port_code", "team", "rank")


def _check_port(port: str, known: Sequence[str], on: date) -> None:
    if port not in known:
        ports = ", ".join(known) or "none"
        raise TidewaiterError(f"port {port} has no queue on {on}.", fix=f"the ports with one are: {ports}")


def render_queue_table(frame: pl.DataFrame, console: Console) -> None:
    """Print each queue under a header that names its port, team, capacity and what scored it."""
    if frame.is_empty():
        console.print("No shipment is queued.")
    for part in frame.partition_by("port_code", "team", maintain_order=True):
        rows = part.to_dicts()
        _print_header(rows[0], console)
        console.print(_lay_out(rows, console.width >= WIDE))
        console.print()


def _print_header(first: Mapping[str, Any], console: Console) -> None:
    console.print(Text(f"{name_port(first)}, {first['team']}", style="bold"))
    chosen_from = f"capacity {first['capacity']:,}, chosen from {first['shipments_n']:,} shipments"
    console.print(Text(f"{chosen_from}, scored by {name_scorer(first['model_version'])}"))


def name_port(row: Mapping[str, Any]) -> str:
    """Return a port's code with its name where it has one."""
    return f"{row['port_code']} {row['port_name']}" if row["port_name"] else str(row["port_code"])


def name_scorer(model_version: str) -> str:
    """Return what did the scoring, in words."""
    return "the record rule and the rules in force" if model_version == RECORD_RULE else f"model {model_version}"


def _lay_out(rows: Sequence[Mapping[str, Any]], is_wide: bool) -> Table:
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, expand=True)
    table.add_column("rank", justify="right", no_wrap=True)
    table.add_column("shipment", no_wrap=True)
    if is_wide:
        table.add_column("stream", no_wrap=True)
    table.add_column("score", justify="right", no_wrap=True)
    table.add_column("loss USD", justify="right", no_wrap=True)
    table.add_column("at stake USD", justify="right", no_wrap=True)
    table.add_column("why", ratio=1)
    for row in rows:
        table.add_row(*_list_cells(row, is_wide))
    return table


def _list_cells(row: Mapping[str, Any], is_wide: bool) -> list[Text]:
    """Return a row's cells; where there is little room the stream goes below the shipment and comparisons stay out."""
    reasons = leading_reasons(row["reasons"], REASONS_IN_TABLE)
    cells = [
        str(row["rank"]),
        *([row["shipment_id"], row["stream"]] if is_wide else [f"{row['shipment_id']}\n{row['stream']}"]),
        write_percent(row["score"]),
        _write_amount(row["expected_loss_usd"]),
        _write_amount(row["expected_consequence_usd"]),
        "\n".join(f"- {describe_reason(each) if is_wide else each['text']}" for each in reasons),
    ]
    return [Text(cell) for cell in cells]


def _write_amount(usd: float | None) -> str:
    if usd is None:
        return "-"
    return "under 1" if 0 < usd < 1 else f"{usd:,.0f}"


def queue_to_csv(frame: pl.DataFrame) -> str:
    """Return the queue as RFC 4180 text, reasons in words; no text cell can run as a formula in a spreadsheet."""
    return to_csv(flatten_queue(frame))


def flatten_queue(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the queue with its reasons in words, one text a shipment."""
    reasons = pl.Series("reasons", [_flatten(each) for each in frame["reasons"].to_list()], pl.String)
    return frame.with_columns(reasons)


def _flatten(reasons: Sequence[Reason]) -> str:
    return "; ".join(describe_reason(each) for each in reasons)


def queue_to_json(frame: pl.DataFrame) -> str:
    """Return the queue as a JSON list with one object a shipment, its keys in the order of the columns."""
    rows = [{**row, "date": row["date"].isoformat()} for row in frame.to_dicts()]
    return json.dumps(rows, indent=2, ensure_ascii=False, allow_nan=False)
