"""What a way of choosing exams is given, what it gives back, and the cut at each port's capacity that all share.

Belongs here: the types, choosing the highest of a score.
Belongs elsewhere: the policies (one module each in chooser/), selection itself (tidewaiter/targeting/selection.py).
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

import polars as pl

from data_quality.contract import load_contract
from tidewaiter.lake import Lake
from tidewaiter.policy import Policy
from tidewaiter.targeting.selection import select_items

# A row a shipment of the night; `chance` is the policy's own chance of a violation, null where it states none.
CHOICE = {
    "shipment_id": pl.String, "port_code": pl.String, "chance": pl.Float64, "is_selected": pl.Boolean,
    "selector": pl.String, "inclusion_probability": pl.Float64,
}  # fmt: skip
# What is known of exams by now: of each examined shipment its day, the day its result was known, and the result.
FINDING = {
    "shipment_id": pl.String, "shipment_on": pl.Date, "known_on": pl.Date, "finding_code": pl.String,
    "is_violation": pl.Boolean, "loss_usd": pl.Float64,
}  # fmt: skip


@dataclass(frozen=True)
class Desk:
    """Where a policy works: what is published in its own lake, its capacities, what exams found so far.

    Attributes:
        findings: as FINDING, results known before the day that begins; cancelled exams are not there.
    """

    lake: Lake
    policy: Policy
    models: Path
    seed: int
    findings: pl.DataFrame

    def read(self, table: str, on: date, columns: list[str] | None = None) -> pl.DataFrame:
        """Return a published partition."""
        return pl.read_parquet(self.lake.existing(table, on), columns=columns, hive_partitioning=False)


class Chooser(Protocol):
    """A way of choosing.

    Attributes:
        tables: what the night has to publish for it.
    """

    name: str
    says: str
    tables: tuple[str, ...]

    def learn(self, desk: Desk, as_of: date) -> None:
        """Learn from what is known before the date; asked once a week."""

    def choose(self, desk: Desk, on: date) -> pl.DataFrame:
        """Return the night's choice, as CHOICE, within each port's capacity."""


def choose_highest(desk: Desk, on: date, scored: pl.DataFrame, *, random_share: float = 0.0) -> pl.DataFrame:
    """Return the choice of the shipments with the highest score in each port.

    Args:
        scored: shipment_id, port_code, score, and chance where there is one.
        random_share: of each port's capacity, drawn at random; 1 for all of it.
    """
    queues = desk.policy.queues.model_copy(update={"random_share": random_share, "random_minimum": 0})
    rows = scored.rename({"score": "expected_consequence_usd"})
    if "stream" not in rows.columns:
        # One stream: the baselines draw from a port's whole night.
        rows = rows.with_columns(stream=pl.lit("all"))
    chosen = select_items(rows, queues, desk.policy.sharing, on, "proof").scored
    return shape_choice(chosen if "chance" in chosen.columns else chosen.with_columns(chance=pl.lit(None)))


def shape_choice(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the columns of a choice, in order of shipments."""
    return frame.select(pl.col(name).cast(kind) for name, kind in CHOICE.items()).sort("shipment_id")


def list_columns(table: str) -> tuple[str, ...]:
    """Return the columns that a table's contract promises."""
    return load_contract(table).column_names
