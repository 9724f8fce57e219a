"""What rules and trust say of each shipment of a night, before anyone is chosen.

Belongs here: hits of rules, who must be examined, who is trusted, the parties on whom exams count.
Belongs elsewhere: rules (tidewaiter/rules), trusted traders (policy/trusted.yml), choosing (selection.py).
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from tidewaiter.lake import Lake
from tidewaiter.policy import Policy
from tidewaiter.rules.hit import find_hits, list_columns
from tidewaiter.rules.policy import COUNTED, Rule, Rules
from tidewaiter.targeting.selection import PARTY_COLUMNS
from tidewaiter.targeting.shadow import read_slices


@dataclass(frozen=True)
class Standing:
    """One night's standing.

    Args:
        hits: what active and shadow rules were met, by shipment and rule.
        marks: shipment_id, is_mandatory, is_trusted of every shipment.
        parties: shipment_id, shipper_id, seller_id, consignee_id.
    """

    hits: pl.DataFrame
    marks: pl.DataFrame
    parties: pl.DataFrame


def read_standing(lake: Lake, policy: Policy, features: Path, on: date) -> Standing:
    """Return the standing of every shipment of a date.

    Raises:
        PartitionMissingError: party.shipment_entity is not published for the date.
        ContractError: a rule reads a column that the features lack.
    """
    columns = list_columns(policy.rules.in_force(on))
    hits = pl.concat(find_hits(part, policy.rules, on) for part in read_slices(features, columns))
    entities = pl.scan_parquet(lake.existing("party.shipment_entity", on), hive_partitioning=False)
    must = hits.lazy().filter("is_mandatory", state="active").select("shipment_id", is_mandatory=True).unique()
    trusted = [pl.col(f"{role}_id").is_in(ids) for role, ids in policy.trusted.in_force(on).items()]
    trust = entities.filter(pl.any_horizontal(*trusted)) if trusted else entities.clear()
    marks = (
        pl.scan_parquet(features, hive_partitioning=False)
        .select("shipment_id")
        .join(must, on="shipment_id", how="left")
        .join(trust.select("shipment_id", is_trusted=True), on="shipment_id", how="left")
        .with_columns(pl.col("is_mandatory", "is_trusted").fill_null(value=False))
    )
    return Standing(
        hits=hits.sort("shipment_id", "rule_id"),
        marks=marks.collect(),
        parties=entities.select("shipment_id", *PARTY_COLUMNS).collect(),
    )


def list_fired(hits: pl.DataFrame, chosen: pl.Series, rules: Rules, on: date) -> dict[str, list[Rule]]:
    """Return shipment -> the active rules that it meets, by id, of the chosen shipments that meet any."""
    by_id = {rule.id: rule for rule in rules.in_force(on, COUNTED)}
    fired: dict[str, list[Rule]] = {}
    counted = hits.filter(pl.col("shipment_id").is_in(chosen.implode()), pl.col("rule_id").is_in(list(by_id)))
    for shipment_id, rule_id in counted.sort("shipment_id", "rule_id").select("shipment_id", "rule_id").iter_rows():
        fired.setdefault(shipment_id, []).append(by_id[rule_id])
    return fired
