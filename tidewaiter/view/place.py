"""Where a shipment stands in its port: its place in the queue, or why it has none.

Belongs here: ranks and the sentence about them.
Belongs elsewhere: choosing (tidewaiter/targeting/selection.py), the rest of an explanation (explain_view.py).
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from data_quality.codes import load_codes
from tidewaiter.lake import Lake
from tidewaiter.targeting.figure import write_money

Row = Mapping[str, Any]
PASSED_OVER = {
    "mandatory_full": "a mandatory rule names it, and such rules have their share of the exams",
    "party_share": "its shipper, seller or consignee has its share of the exams",
    "trusted_trader": "a trusted trader stands behind it, whose cost counts for a part",
}


def find_place(lake: Lake, on: date, scored: Row) -> dict[str, Any]:
    """Return the shipment's place in its port's queue or, outside the queue, among all of the port's shipments.

    A queued shipment's place among all of them is left out: until it is decided on, one drawn at random looks like
    any other.

    Args:
        scored: its row of score.shipment.
    """
    is_own = (pl.col("port_code") == scored["port_code"]) & (pl.col("team") == scored["team"])
    queue = _scan(lake, "queue.summary", on).filter(is_own).collect().row(0, named=True)
    place = {
        "port_code": scored["port_code"],
        "port_name": load_codes()["port"].get(scored["port_code"]),
        "team": scored["team"],
        "capacity": queue["capacity"],
        "shipments_n": queue["shipments_n"],
        "queued_n": sum(queue[name] for name in ("mandatory_n", "targeted_n", "novelty_n", "random_n")),
        "is_selected": scored["is_selected"],
        "rank": None,
        "port_rank": None,
        "threshold_usd": None,
    }
    if scored["is_selected"]:
        items = _scan(lake, "queue.item", on).filter(pl.col("shipment_id") == scored["shipment_id"])
        place["rank"] = items.collect().row(0, named=True)["rank"]
    else:
        place |= {"port_rank": _rank_in_port(lake, on, scored, is_own), "threshold_usd": queue["threshold_usd"]}
    return {**place, "sentence": _describe(place, scored)}


def _rank_in_port(lake: Lake, on: date, scored: Row, is_own: pl.Expr) -> int:
    """Return the place by expected consequence; equal ones stand in the order of their ids, as in selection."""
    consequence = pl.col("expected_consequence_usd")
    is_before = (consequence > scored["expected_consequence_usd"]) | (
        (consequence == scored["expected_consequence_usd"]) & (pl.col("shipment_id") < scored["shipment_id"])
    )
    before_n = _scan(lake, "score.shipment", on).filter(is_own & is_before).select(pl.len()).collect().item()
    return int(before_n) + 1


def _describe(place: Row, scored: Row) -> str:
    if place["is_selected"]:
        return f"number {place['rank']} of {place['queued_n']:,} queued, from {_count(place)}"
    at_stake = write_money(scored["expected_consequence_usd"])
    start = f"not queued: number {place['port_rank']:,} of {_count(place)} by what is at stake ({at_stake})"
    if place["capacity"] == 0:
        return f"{start}; the team has no capacity"
    if scored["passed_over"] is not None:
        return f"{start}; {PASSED_OVER[scored['passed_over']]}, and it was not drawn at random"
    if place["threshold_usd"] is None:
        return f"{start}; the queue is drawn at random and it was not drawn"
    least = write_money(place["threshold_usd"])
    return f"{start}; the least that was chosen for it has {least}, and it was not drawn at random"


def _count(place: Row) -> str:
    return f"{place['shipments_n']:,} shipment{'' if place['shipments_n'] == 1 else 's'} of the port"


def _scan(lake: Lake, table: str, on: date) -> pl.LazyFrame:
    return pl.scan_parquet(lake.existing(table, on), hive_partitioning=False)
