"""One shipment in full: why it scores as it does and where it stands.

Belongs here: finding the shipment, putting the parts together, the explanation as JSON.
Belongs elsewhere: reading the parts (evidence.py, place.py), the printed page (explain_page.py).
"""

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import polars as pl
from rich.console import Console

from tidewaiter.errors import TidewaiterError
from tidewaiter.lake import Lake
from tidewaiter.view.evidence import mask_rows, read_findings, read_records, read_rows, read_source
from tidewaiter.view.explain_page import print_page
from tidewaiter.view.place import find_place

SCORES = (
    "score", "p_revenue", "p_contraband", "p_product", "p_forced_labor", "expected_loss_usd",
    "expected_consequence_usd",
)  # fmt: skip
STAMPS = ("run_id", "model_version", "policy_version")
ELSEWHERE = frozenset({"source_file", "source_line"})
SUGGESTIONS = 3


def explain_shipment(lake: Lake, on: date, shipment_id: str, *, show_personal: bool = False) -> dict[str, Any]:
    """Return everything that a night knows about a shipment; how it was selected is not part of it.

    Args:
        show_personal: give names and addresses as filed, not masked.

    Raises:
        PartitionMissingError: the night has not been run.
        TidewaiterError: there is no such shipment on that date, and the fix names those that are close; or it was
            scored, and a file that landed since has taken it away.
    """
    found = read_rows(lake, "score.shipment", on, shipment_id)
    if not found:
        raise TidewaiterError(f"{on} has no shipment {shipment_id}.", fix=_suggest(lake, on, shipment_id))
    scored, core = found[0], _read_core(lake, on, shipment_id)
    queued = read_rows(lake, "queue.item", on, shipment_id)
    masked = {
        table: mask_rows(table, read_rows(lake, table, on, shipment_id), show_personal=show_personal)
        for table in ("core.shipment_line", "core.shipment_party", "party.hit")
    }
    return {
        "shipment_id": shipment_id,
        "date": on,
        "stream": scored["stream"],
        "place": find_place(lake, on, scored),
        "scores": {name: scored[name] for name in SCORES},
        "reasons": [reason for item in queued for reason in item["reasons"]],
        "declared": {name: value for name, value in core.items() if name not in ELSEWHERE},
        "lines": masked["core.shipment_line"],
        "parties": masked["core.shipment_party"],
        "list_hits": masked["party.hit"],
        "records": read_records(lake, on, shipment_id),
        "findings": read_findings(lake, shipment_id),
        "source": read_source(lake, on, core),
        **{name: scored[name] for name in STAMPS},
        "is_personal_shown": show_personal,
    }


def _read_core(lake: Lake, on: date, shipment_id: str) -> dict[str, Any]:
    """Return what is declared of a scored shipment, as the date was last built: after its scores, by a late file."""
    rows = read_rows(lake, "core.shipment", on, shipment_id)
    if not rows:
        raise TidewaiterError(
            f"{shipment_id} was scored on {on} and is no longer a shipment of that date: a file that landed since has"
            " cancelled or held it.",
            fix=f"run `tidewaiter nightly --date {on}` again, and the queue is that of the date as it is now",
        )
    return rows[0]


def explanation_to_json(explanation: dict[str, Any]) -> str:
    """Return an explanation as one JSON object; its keys are always the same, times are UTC."""
    return json.dumps(explanation, indent=2, ensure_ascii=False, allow_nan=False, default=_write_plain)


def render_explanation(explanation: dict[str, Any], console: Console) -> None:
    """Print an explanation as a page of sections."""
    print_page(explanation, console)


def _write_plain(value: object) -> str | float:
    if isinstance(value, datetime):
        return f"{value.isoformat()}Z"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} has no place in an explanation")


def _suggest(lake: Lake, on: date, shipment_id: str) -> str:
    """Return what the reader can try: the date that has the shipment, or the ids that are closest to it."""
    paths = [lake.path("score.shipment", each) for each in lake.dates("score.shipment")]
    same = pl.scan_parquet(paths, hive_partitioning=False).filter(pl.col("shipment_id") == shipment_id)
    others = same.select(pl.col("date").max()).collect().item()
    if others is not None:
        return f"it is on {others}: give --date {others}"
    close = _find_close(lake, on, shipment_id)
    return f"the closest are {', '.join(close)}" if close else "nothing was scored on that date"


def _find_close(lake: Lake, on: date, shipment_id: str) -> list[str]:
    with duckdb.connect(config={"python_enable_replacements": False}) as con:
        con.read_parquet(str(lake.existing("score.shipment", on)), hive_partitioning=False).create_view("scored")
        rows = con.execute(
            "select shipment_id from scored order by levenshtein(shipment_id, $given), shipment_id limit $n",
            {"given": shipment_id, "n": SUGGESTIONS},
        ).fetchall()
    return [found for (found,) in rows]
