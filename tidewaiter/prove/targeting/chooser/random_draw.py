"""Random: every shipment of a port has the same chance within its capacity.

There is nothing to tune.

Belongs here: this policy.
Belongs elsewhere: the draw (tidewaiter/targeting/selection.py).
"""

from datetime import date

import polars as pl

from tidewaiter.prove.targeting.choosing import Desk, choose_highest


class RandomDraw:
    """Exams at random."""

    name = "random"
    says = "uniform within each port's capacity"
    tables: tuple[str, ...] = ("core.shipment",)

    def learn(self, desk: Desk, as_of: date) -> None:
        """Nothing is learned."""

    def choose(self, desk: Desk, on: date) -> pl.DataFrame:
        """Draw each port's exams."""
        rows = desk.read("core.shipment", on, ["shipment_id", "port_code"])
        return choose_highest(desk, on, rows.with_columns(score=pl.lit(0.0)), random_share=1.0)
