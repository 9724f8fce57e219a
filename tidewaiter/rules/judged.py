"""What exams established, a row a shipment: what rules are judged by, and nothing that a rule may read.

Belongs here: findings as labels, put together by shipment; a count of exams and findings with its interval.
Belongs elsewhere: making labels (tidewaiter/outcomes), rules over nights (backtest.py, record.py).
"""

from dataclasses import dataclass
from datetime import date

import polars as pl

from models.card import Estimate
from models.measure import estimate_share, estimate_weighted
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


def rate_drawn(drawn: pl.DataFrame) -> HitRate:
    """Return the exams of the random slice with their rate: each counts for as many shipments as it stands for.

    Args:
        drawn: is_found, and inclusion_probability as the night that drew it has stored it.
    """
    if drawn.is_empty():
        return HitRate(0, 0, None)
    found = drawn["is_found"].cast(pl.Float64).to_numpy()
    weight = weigh_drawn(drawn["inclusion_probability"]).to_numpy()
    return HitRate(drawn.height, int(found.sum()), estimate_weighted(found, weight))


def weigh_drawn(chance: pl.Series) -> pl.Series:
    """Return one over the chances; an exam that no stored queue knows weighs what the others do on average."""
    weight = 1.0 / chance.cast(pl.Float64)
    usual = weight.mean()
    return weight.fill_null(usual if isinstance(usual, float) else 1.0)


def read_judged(lake: Lake, before: date | None = None) -> pl.DataFrame:
    """Return shipment_id, shipment_on, source, is_found, is_<family>, loss_usd of every examined shipment, in order.

    Beside them inclusion_probability, null where no stored queue knows the exam.

    Results that landed on several days are joined: a violation once established stays.

    Args:
        before: only what landed before this date.
    """
    dates = lake.dates("outcome.label")
    paths = [lake.path("outcome.label", on) for on in dates if before is None or on < before]
    schema = {"shipment_id": pl.String, "shipment_on": pl.Date, "source": pl.String, "is_found": pl.Boolean}
    if not paths:
        flags = {f"is_{family}": pl.Boolean for family in FAMILIES}
        numbers = {"loss_usd": pl.Float64, "inclusion_probability": pl.Float64}
        return pl.DataFrame(schema={**schema, **flags, **numbers})
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
            pl.col("inclusion_probability").drop_nulls().first().cast(pl.Float64),
        )
        .sort("shipment_on", "shipment_id")
        .collect()
    )
