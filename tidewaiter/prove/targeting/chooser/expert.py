"""Expert rules: the shipped rules alone, their weights as odds, by the consequence that the costs give them.

The rules, weights and base rates are policy/rules.yml as it is; tuning them to a world is what a proof may not do.

Belongs here: this policy.
Belongs elsewhere: the rules (policy/rules.yml, tidewaiter/rules).
"""

from collections.abc import Collection
from datetime import date
from functools import cache

import polars as pl

from tidewaiter.features.catalog import load_catalog
from tidewaiter.features.family import join_entities
from tidewaiter.features.request import FeatureRequest
from tidewaiter.policy import load_policy
from tidewaiter.prove.targeting.choosing import Desk, choose_highest
from tidewaiter.rules.hit import list_columns
from tidewaiter.rules.score import score_with_rules
from tidewaiter.settings import SHIPPED_POLICY

BASE = ("core.shipment", "party.shipment_entity", "feature.entity")
KEYS = ("shipment_id", "port_code")
# What the loss is a share of.
VALUE = "value_usd"


@cache
def list_read() -> tuple[str, ...]:
    """Return the features that the shipped rules read, in whatever state they are."""
    return tuple(sorted({VALUE, *list_columns(load_policy(SHIPPED_POLICY).rules.rules)}))


def list_families(columns: Collection[str]) -> tuple[str, ...]:
    """Return the families of a shipment's own features that have any of the columns."""
    catalog = load_catalog()
    wanted = {each.family for each in catalog.features if each.column in columns}
    return tuple(name for name in catalog.families if name in wanted and catalog.families[name].grain == "shipment")


class ExpertRules:
    """The shipments with the heaviest rules first."""

    name = "expert_rules"
    says = "the shipped rule set alone"

    @property
    def tables(self) -> tuple[str, ...]:
        """The families that the rules read, in place of all features joined."""
        return (*BASE, *(f"feature.{family}" for family in list_families(list_read())))

    def learn(self, desk: Desk, as_of: date) -> None:
        """Nothing is learned."""

    def choose(self, desk: Desk, on: date) -> pl.DataFrame:
        """Score by rules and take the costliest of each port."""
        features = read_features(desk, on)
        scored = score_with_rules(features, desk.policy.rules, desk.policy.costs, on)
        rows = features.select("shipment_id", "port_code").join(
            scored.select("shipment_id", chance="score", score="expected_consequence_usd"), on="shipment_id"
        )
        return choose_highest(desk, on, rows)


def read_features(desk: Desk, on: date) -> pl.DataFrame:
    """Return shipment_id, port_code and what the rules read, valued as in the joined table, in order of shipments."""
    columns = list_read()
    wanted = {each.column: each.entity is not None for each in load_catalog().features if each.column in columns}
    entities = join_entities(FeatureRequest(desk.lake, on, desk.policy))
    own = entities.select("shipment_id", *(name for name, is_of_entity in wanted.items() if is_of_entity))
    rows = desk.read("core.shipment", on, list(KEYS)).join(own, on="shipment_id", how="left")
    for family in list_families(columns):
        features = desk.read(f"feature.{family}", on)
        named = [name for name, is_of_entity in wanted.items() if not is_of_entity and name in features.columns]
        rows = rows.join(features.select("shipment_id", *named), on="shipment_id", how="left")
    return rows.select(*KEYS, *sorted(wanted)).sort("shipment_id")
