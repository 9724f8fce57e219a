"""Which shipments meet which rules, and the weight that adds up for each.

Belongs here: evaluating every rule in force in one pass over a night's features.
Belongs elsewhere: expressions (expression.py), weights as a score (score.py), publishing hits (assets).
"""

from collections.abc import Sequence
from datetime import date

import polars as pl

from tidewaiter.engine.addition import add_columns
from tidewaiter.errors import ContractError
from tidewaiter.rules.policy import COUNTED, KEYS, Rule, Rules
from tidewaiter.threat import FAMILIES

HIT_SCHEMA = {
    "shipment_id": pl.String, "rule_id": pl.String, "family": pl.String, "weight": pl.Float64,
    "is_mandatory": pl.Boolean, "state": pl.String,
}  # fmt: skip
FAMILY_WEIGHTS = tuple(f"rule_{family}_weight" for family in FAMILIES)
WEIGHT_COLUMNS = ("rule_weight", *FAMILY_WEIGHTS, "rules_fired_n", "is_mandatory")


def list_columns(rules: Sequence[Rule]) -> list[str]:
    """Return what the features of a night must have for these rules: the keys, then features by name."""
    return [*KEYS, *sorted({name for rule in rules for name in rule.parsed.columns})]


def find_hits(features: pl.DataFrame, rules: Rules, on: date) -> pl.DataFrame:
    """Return a row a shipment and rule that it meets, of active and shadow rules, by shipment and rule.

    Raises:
        ContractError: a rule reads a column that the features lack.
    """
    watched = rules.in_force(on)
    met = evaluate_rules(features, watched)
    parts = [
        met.filter(pl.col(rule.id)).select(
            "shipment_id",
            pl.lit(rule.id).alias("rule_id"),
            pl.lit(rule.family).alias("family"),
            pl.lit(rule.weight, pl.Float64).alias("weight"),
            pl.lit(rule.mandatory).alias("is_mandatory"),
            pl.lit(rule.state).alias("state"),
        )
        for rule in watched
    ]
    return pl.concat([pl.DataFrame(schema=HIT_SCHEMA), *parts]).sort("shipment_id", "rule_id")


def score_rules(features: pl.DataFrame, rules: Rules, on: date) -> pl.DataFrame:
    """Return a row a shipment, in the order given: what the active rules add, in all and by family, in log-odds.

    Each `rule_<family>_weight` is within `max_family_weight`, and `rule_weight`, their sum, within `max_weight`;
    mandatory rules add nothing and are in `is_mandatory`.

    Raises:
        ContractError: a rule reads a column that the features lack.
    """
    active = rules.in_force(on, COUNTED)
    met = evaluate_rules(features, active)
    limit = rules.max_family_weight
    weighed = met.select(
        "shipment_id",
        *(_sum_family(active, family).clip(-limit, limit).alias(f"rule_{family}_weight") for family in FAMILIES),
        pl.sum_horizontal(pl.lit(0), *(pl.col(rule.id) for rule in active)).cast(pl.Int32).alias("rules_fired_n"),
        pl.any_horizontal(pl.lit(value=False), *(rule.id for rule in active if rule.mandatory)).alias("is_mandatory"),
    )
    whole = add_columns(pl.col(name) for name in FAMILY_WEIGHTS).clip(-rules.max_weight, rules.max_weight)
    return weighed.select("shipment_id", whole.alias("rule_weight"), *WEIGHT_COLUMNS[1:])


def evaluate_rules(features: pl.DataFrame, rules: Sequence[Rule]) -> pl.DataFrame:
    """Return shipment_id and one column a rule, by its id: whether the shipment meets it."""
    missing = [name for name in list_columns(rules) if name not in features.columns]
    if missing:
        raise ContractError(f"rules read {', '.join(missing)}, which the features lack.", fix="compute them again")
    return features.select("shipment_id", *(rule.condition.alias(rule.id) for rule in rules))


def _sum_family(rules: Sequence[Rule], family: str) -> pl.Expr:
    added = [
        pl.col(rule.id).cast(pl.Float64) * rule.weight
        for rule in rules
        if rule.family == family and rule.weight is not None
    ]
    return add_columns(added)
