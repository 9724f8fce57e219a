"""Expert rules: the shipped rules alone, their weights as odds, by the consequence that the costs give them.

The rules, weights and base rates are policy/rules.yml as it is; tuning them to a world is what a proof may not do.

Belongs here: this policy.
Belongs elsewhere: the rules (policy/rules.yml, tidewaiter/rules).
"""

from datetime import date

import polars as pl

from tidewaiter.prove.targeting.choosing import Desk, choose_highest
from tidewaiter.rules.score import score_with_rules


class ExpertRules:
    """The shipments with the heaviest rules first."""

    name = "expert_rules"
    says = "the shipped rule set alone"
    tables: tuple[str, ...] = ("core.shipment", "feature.shipment")

    def learn(self, desk: Desk, as_of: date) -> None:
        """Nothing is learned."""

    def choose(self, desk: Desk, on: date) -> pl.DataFrame:
        """Score by rules and take the costliest of each port."""
        features = desk.read("feature.shipment", on)
        scored = score_with_rules(features, desk.policy.rules, desk.policy.costs, on)
        rows = features.select("shipment_id", "port_code").join(
            scored.select("shipment_id", chance="score", score="expected_consequence_usd"), on="shipment_id"
        )
        return choose_highest(desk, on, rows)
