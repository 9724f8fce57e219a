"""Expert rules: the shipped rules alone, their weights as odds, by the consequence that the costs give them.

The rules, weights and base rates are policy/rules.yml as it is; tuning them to a world is what a proof may not do.

Belongs here: this policy.
Belongs elsewhere: the rules (policy/rules.yml, tidewaiter/rules).
"""

from datetime import date

import polars as pl

from tidewaiter.features.catalog import load_catalog
from tidewaiter.features.join import read_features
from tidewaiter.features.request import FeatureRequest
from tidewaiter.prove.targeting.choosing import Desk, choose_highest
from tidewaiter.rules.expression import RULE_FAMILY
from tidewaiter.rules.hit import list_columns
from tidewaiter.rules.policy import COUNTED
from tidewaiter.rules.score import LOSS_COLUMNS, score_with_rules


class ExpertRules:
    """The shipments with the heaviest rules first."""

    name = "expert_rules"
    says = "the shipped rule set alone"
    # Rules read any family but the one that adds them up.
    tables: tuple[str, ...] = (
        "core.shipment",
        "party.shipment_entity",
        *(f"feature.{name}" for name in load_catalog().families if name != RULE_FAMILY),
    )

    def learn(self, desk: Desk, as_of: date) -> None:
        """Nothing is learned."""

    def choose(self, desk: Desk, on: date) -> pl.DataFrame:
        """Score by rules and take the costliest of each port."""
        rules = desk.policy.rules.in_force(on, COUNTED)
        columns = (*list_columns(rules), *LOSS_COLUMNS)
        features = read_features(FeatureRequest(desk.lake, on, desk.policy), columns)
        scored = score_with_rules(features, desk.policy.rules, desk.policy.costs, on)
        rows = features.select("shipment_id", "port_code").join(
            scored.select("shipment_id", chance="score", score="expected_consequence_usd"), on="shipment_id"
        )
        return choose_highest(desk, on, rows)
