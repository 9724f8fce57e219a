"""The record rule: the mean of the smoothed past finding rates of shipper, seller, consignee, filer, line and lane.

The rates and the rule are the project's own. What can be tuned is how much of the capacity is drawn at random:
`--policies record_rule-0.1` runs such a one; ADR 0015 says what was tried.

Belongs here: this policy.
Belongs elsewhere: the rule (tidewaiter/targeting/record_rule.py), the rates (tidewaiter/features).
"""

from datetime import date

import polars as pl

from tidewaiter.features.join import join_entities
from tidewaiter.features.request import FeatureRequest
from tidewaiter.prove.targeting.choosing import Desk, choose_highest
from tidewaiter.targeting.record_rule import score_with_record_rule

RANDOM_SHARES = (0.0, 0.1, 0.2)


class RecordRule:
    """The highest records first."""

    name = "record_rule"
    says = "smoothed past finding rate over shipper, seller, consignee, filer, tariff line and lane"
    tables: tuple[str, ...] = ("core.shipment", "feature.entity", "party.shipment_entity")

    def __init__(self, random_share: float = RANDOM_SHARES[0]) -> None:
        self.random_share = random_share
        if random_share:
            self.name = f"{RecordRule.name}-{random_share:g}"

    def learn(self, desk: Desk, as_of: date) -> None:
        """Records grow by themselves: each night's features have them."""

    def choose(self, desk: Desk, on: date) -> pl.DataFrame:
        """Take the highest records of each port."""
        features = join_entities(FeatureRequest(desk.lake, on, desk.policy))
        scored = score_with_record_rule(features, desk.policy.costs).select("shipment_id", "score")
        rows = desk.read("core.shipment", on, ["shipment_id", "port_code"]).join(scored, on="shipment_id")
        return choose_highest(desk, on, rows.with_columns(chance="score"), random_share=self.random_share)
