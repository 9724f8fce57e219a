"""Weights of rules as a score: on their own, and beside the record of the parties.

Belongs here: from log-odds to chances, the score by rules alone, a score moved by rules.
Belongs elsewhere: adding weights up (hit.py), the record rule (tidewaiter/targeting/record_rule.py).
"""

import math
from datetime import date

import polars as pl

from tidewaiter.engine.addition import add_columns
from tidewaiter.policy import Costs
from tidewaiter.rules.hit import score_rules
from tidewaiter.rules.policy import Rules
from tidewaiter.threat import FAMILIES

# A score of exactly 0 or 1 has no odds.
NEAREST = 1e-4
# What a loss of duty is estimated from.
LOSS_COLUMNS = ("value_usd", "gross_weight_kg")


def score_with_rules(features: pl.DataFrame, rules: Rules, costs: Costs, on: date) -> pl.DataFrame:
    """Return a row a shipment, in the order given, with the columns of `score_with_record_rule`, by rules alone.

    Each family's odds are those of its base rate, multiplied by the exponent of its weight. The score is the chance
    of any family, as if they were independent; the consequence is what each costs times its chance. The families'
    chances stay empty: weights are judgements, and no exam has calibrated them.

    Raises:
        ContractError: a rule reads a column that the features lack.
    """
    chances = score_rules(features, rules, on).select(
        "shipment_id",
        *(to_chance(rules.base_rates[name], pl.col(f"rule_{name}_weight")).alias(name) for name in FAMILIES),
    )
    by_value = features["value_usd"].cast(pl.Float64).fill_nan(None) * costs.revenue_loss_per_value
    by_weight = features["gross_weight_kg"].cast(pl.Float64).fill_nan(None) * costs.revenue_loss_per_kg
    loss = by_value.fill_null(by_weight)
    costly = [pl.col(family) * usd for family, usd in costs.family_usd.items()]
    return chances.with_columns(expected_loss_usd=pl.col("revenue") * loss).select(
        "shipment_id",
        (1 - pl.reduce(lambda left, right: left * right, [1 - pl.col(name) for name in FAMILIES])).alias("score"),
        *(pl.lit(None, pl.Float64).alias(f"p_{name}") for name in FAMILIES),
        "expected_loss_usd",
        pl.lit(None, pl.Float64).alias("novelty"),
        add_columns([pl.col("expected_loss_usd"), *costly]).alias("expected_consequence_usd"),
    )


def to_chance(base_rate: float, weight: pl.Expr) -> pl.Expr:
    """Return the chance whose odds are those of the base rate times e to the weight."""
    return 1 / (1 + (-(weight + to_log_odds(base_rate))).exp())


def to_log_odds(chance: float) -> float:
    """Return the natural logarithm of the odds of a chance between 0 and 1."""
    return math.log(chance / (1 - chance))


def move_score(score: pl.Expr, weight: pl.Expr) -> pl.Expr:
    """Return a score between 0 and 1 moved by a weight in log-odds; without a weight it stays what it is."""
    inside = score.clip(NEAREST, 1 - NEAREST)
    odds = inside / (1 - inside) * weight.exp()
    return pl.when(weight == 0).then(score).otherwise(odds / (1 + odds))
