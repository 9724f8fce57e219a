"""The judge of one run: the only reader of the truth.

Belongs here: noting each night's choice beside the truth, and what follows from all of it.
Belongs elsewhere: the figures themselves (measure.py, estimate.py), choosing (chooser/).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from tidewaiter.policy import Queues
from tidewaiter.prove.targeting.estimate import estimate_rates
from tidewaiter.prove.targeting.finding_book import FindingBook
from tidewaiter.prove.targeting.measure import (
    add_oracle,
    bin_chances,
    measure_groups,
    measure_schemes,
    measure_total,
    measure_weeks,
)
from tidewaiter.prove.targeting.plan import Plan

TRUTH = ("shipment_id", "scheme", "is_violation", "loss_usd")
# Who really sent it, where the world says so.
SENDER = "shipper_key"
TABLES = ("total", "week", "scheme", "group", "bin", "cost")


@dataclass(frozen=True)
class Verdict:
    """What is measured of a run, a frame for each name of TABLES."""

    tables: Mapping[str, pl.DataFrame]


class Judge:
    """Notes night by night; decides at the end."""

    def __init__(self, plan: Plan, queues: Queues, known_schemes: frozenset[str]) -> None:
        """A judge who has seen nothing.

        Args:
            known_schemes: those of the warm-up; any other is new.
        """
        self.plan, self.queues, self.known_schemes = plan, queues, known_schemes
        self._nights: list[pl.DataFrame] = []

    def note(self, on: date, choice: pl.DataFrame, shipments: pl.DataFrame, truth: pl.DataFrame) -> None:
        """Note a night: what was chosen, where the goods are from, and what is true of every shipment that arrived."""
        sender = pl.col(SENDER).cast(pl.String) if SENDER in truth.columns else pl.lit(None, pl.String)
        rows = truth.select(*TRUTH, sender.alias("sender")).join(choice, on="shipment_id", how="left", validate="1:1")
        rows = rows.join(shipments, on="shipment_id", how="left").with_columns(
            pl.lit(on).alias("on"),
            pl.lit(self.plan.week(on)).alias("week"),
            is_there=pl.col("is_selected").is_not_null(),
            is_selected=pl.col("is_selected").fill_null(value=False),
        )
        self._nights.append(rows)

    def decide(self, book: FindingBook, costs: Mapping[str, float]) -> Verdict:
        """Return the figures of all nights noted.

        Args:
            costs: processor seconds by what they were spent on.
        """
        rows = pl.concat(self._nights).with_columns(
            is_new=~pl.col("scheme").is_in(list(self.known_schemes)) & pl.col("is_violation")
        )
        rows = rows.join(_read_results(book), on="shipment_id", how="left").sort("on", "shipment_id")
        rows = add_oracle(rows, self._list_capacities(rows))
        weeks = measure_weeks(rows).join(estimate_rates(rows), on="week", how="left").sort("week")
        spent = sorted(costs.items())
        return Verdict(
            {
                "total": measure_total(rows, weeks),
                "week": weeks,
                "scheme": measure_schemes(rows, self.known_schemes),
                "group": measure_groups(rows, len(self.plan.days)),
                "bin": bin_chances(rows),
                "cost": pl.DataFrame(spent, schema={"step": pl.String, "cpu_seconds": pl.Float64}, orient="row"),
            }
        )

    def _list_capacities(self, rows: pl.DataFrame) -> pl.DataFrame:
        codes = rows["port_code"].drop_nulls().unique().sort()
        slots = [self.queues.port(code).capacity for code in codes]
        return pl.DataFrame(
            {"port_code": codes, "capacity": slots}, schema={"port_code": pl.String, "capacity": pl.Int64}
        )


def _read_results(book: FindingBook) -> pl.DataFrame:
    """Return what exams said: found or not, by shipment, known by the end."""
    return book.findings.group_by("shipment_id").agg(is_found=pl.col("is_violation").any())
