"""The record rule: a shipment scores the mean past finding rate of the parties, line and route it names.

Belongs here: the rule's score and what each party's record adds to it.
Belongs elsewhere: the smoothed rates (tidewaiter/features), when the rule is used (night.py).
"""

import numpy as np
import polars as pl

from tidewaiter.errors import ContractError
from tidewaiter.policy import FAMILIES, Costs
from tidewaiter.targeting.contribution import Contributions

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
    score = _average(_read_shares(features))
    middle = score.median()
    return features.select("shipment_id").with_columns(
        score.fill_null(middle if isinstance(middle, float) else 0.0).alias("score"),
        *(pl.lit(None, pl.Float64).alias(f"p_{family}") for family in FAMILIES),
        pl.lit(None, pl.Float64).alias("expected_loss_usd"),
        pl.lit(None, pl.Float64).alias("novelty"),
    ).with_columns(expected_consequence_usd=pl.col("score") * costs.record_rule_usd)  # fmt: skip


def explain_record_rule(features: pl.DataFrame, score: pl.Series) -> Contributions:
    """Return each record's share of the score: its rate divided by the number of records there are.

    Args:
        features: the rows to explain.
        score: their scores, in the same order.
    """
    shares = _read_shares(features).to_numpy().astype(np.float64)
    known = np.isfinite(shares)
    known_n = known.sum(axis=1)
    added = np.where(known, shares, 0.0) / np.maximum(known_n, 1)[:, None]
    explained = score.to_numpy().astype(np.float64)
    return Contributions(
        shipment_ids=features["shipment_id"].to_list(),
        facts=COLUMNS,
        added=added,
        base=np.where(known_n == 0, explained, 0.0),
        explained=explained,
        base_texts=[NOTHING_KNOWN if n == 0 else None for n in known_n.tolist()],
    )


def _read_shares(features: pl.DataFrame) -> pl.DataFrame:
    missing = [name for name in COLUMNS if name not in features.columns]
    if missing:
        raise ContractError(f"the record rule needs {', '.join(missing)}.", fix="compute that date's features again")
    return features.select(pl.col(name).cast(pl.Float64).fill_nan(None) for name in COLUMNS)


def _average(shares: pl.DataFrame) -> pl.Series:
    return shares.select(score=pl.mean_horizontal(pl.all(), ignore_nulls=True))["score"]
