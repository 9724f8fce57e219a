"""The record rule: a shipment scores the mean past finding rate of the parties, line and route it names.

Belongs here: the rule's score.
Belongs elsewhere: the smoothed rates (tidewaiter/features), what each record adds (without_model.py).
"""

import polars as pl

from tidewaiter.engine.addition import average_columns
from tidewaiter.errors import ContractError
from tidewaiter.policy import FAMILIES, Costs

VERSION = "record_rule"
ENTITIES = ("shipper", "seller", "consignee", "filer", "tariff_line", "lane")
COLUMNS = tuple(f"{entity}_finding_share" for entity in ENTITIES)
NOTHING_KNOWN = "no party, tariff line or route of it is known: it takes the middle score of the date"


def score_with_record_rule(features: pl.DataFrame, costs: Costs) -> pl.DataFrame:
    """Return a row a shipment, in the order given: score, no family chances, consequence by the policy's one figure.

    A shipment that names nobody takes the median score of the others, and 0 where there are no others.

    Raises:
        ContractError: when a finding share is missing as a column.
    """
    score = _average(read_shares(features))
    middle = score.median()
    return features.select("shipment_id").with_columns(
        score.fill_null(middle if isinstance(middle, float) else 0.0).alias("score"),
        *(pl.lit(None, pl.Float64).alias(f"p_{family}") for family in FAMILIES),
        pl.lit(None, pl.Float64).alias("expected_loss_usd"),
        pl.lit(None, pl.Float64).alias("novelty"),
    ).with_columns(expected_consequence_usd=pl.col("score") * costs.record_rule_usd)  # fmt: skip


def read_shares(features: pl.DataFrame) -> pl.DataFrame:
    """Return the finding shares as numbers, null where not known."""
    missing = [name for name in COLUMNS if name not in features.columns]
    if missing:
        raise ContractError(f"the record rule needs {', '.join(missing)}.", fix="compute that date's features again")
    return features.select(pl.col(name).cast(pl.Float64).fill_nan(None) for name in COLUMNS)


def _average(shares: pl.DataFrame) -> pl.Series:
    return shares.select(score=average_columns(shares.columns))["score"]
