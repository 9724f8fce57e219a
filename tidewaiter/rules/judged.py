"""What exams established, a row a shipment: what rules are judged by, and nothing that a rule may read.

Belongs here: findings as labels, put together by shipment; a count of exams and findings with its interval.
Belongs elsewhere: making labels (tidewaiter/outcomes), rules over nights (backtest.py, record.py).
"""

from dataclasses import dataclass
from datetime import date

import polars as pl

from models.card import Estimate
from models.measure import estimate_share
from tidewaiter.lake import Lake
from tidewaiter.threat import FAMILIES

RANDOM = "random"


@dataclass(frozen=True)
class HitRate:
    """Exams, those that found something, and the share with its 95 % interval; no share without an exam."""

    exams_n: int
    findings_n: int
    rate: Estimate | None


def rate_hits(exams_n: int, findings_n: int) -> HitRate:
    """Return a count of exams with its rate."""
    return HitRate(exams_n, findings_n, estimate_share(findings_n, exams_n) if exams_n else None)


def read_judged(lake: Lake, before: date | None = None) -> pl.DataFrame:
    """Return shipment_id, shipment_on, source, is_found, is_<family>, loss_usd of every examined shipment, in order.

    Results that landed on several days are joined: a violation once established stays.

    Args:
        before: only what landed before this date.
    """
    dates = lake.dates("outcome.label")
    paths = [lake.path("outcome.label", on) for on in dates if before is None or on < before]
    schema = {"shipment_id": pl.String, "shipment_on": pl.Date, "source": pl.String, "is_found": pl.Boolean}
    if not paths:
        flags = {f"is_{family}": pl.Boolean for family in FAMILIES}
        return pl.DataFrame(schema={**schema, **flags, "loss_usd": pl.Float64})
    found = pl.col("y") == 1
    return (
        pl.scan_parquet(paths, hive_partitioning=False)
        .sort("known_at", "source", "family")
        .group_by("shipment_id", "shipment_on", maintain_order=True)
        .agg(
            pl.col("source").first(),
            found.any().alias("is_found"),
            *((found & (pl.col("family") == family)).any().alias(f"is_{family}") for family in FAMILIES),
            pl.col("loss_usd").filter(found).max().cast(pl.Float64).fill_null(0.0),
        )
        .sort("shipment_on", "shipment_id")
        .collect()
    )
