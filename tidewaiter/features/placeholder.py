"""The family `placeholder`: parties that are named in form only, or not at all.

Belongs here: counting them for each shipment.
Belongs elsewhere: what counts as a placeholder (policy/words.yml, tidewaiter/parties/normalise.py), which of tonight's
names are one (party.alias).
"""

import polars as pl

# What is read of core.shipment_party and of party.alias.
PARTY_COLUMNS, ALIAS_COLUMNS = ("shipment_id", "role", "name"), ("name", "is_placeholder")
NEEDED_ROLES_N = 2


def compute(shipment: pl.DataFrame, party: pl.DataFrame, alias: pl.DataFrame) -> pl.DataFrame:
    """Return shipment_id and the family's features, from core.shipment, core.shipment_party and party.alias."""
    names = alias.filter("is_placeholder")["name"].unique().sort()
    parties = party.select("shipment_id", is_placeholder=pl.col("name").is_in(names.implode()), role="role")
    counted = parties.group_by("shipment_id").agg(
        placeholder_parties_n=pl.col("is_placeholder").sum(),
        named_roles_n=_has_role("shipper") + _has_role("consignee"),
    )
    return (
        shipment.select("shipment_id")
        .join(counted, on="shipment_id", how="left", maintain_order="left")
        .select(
            "shipment_id",
            pl.col("placeholder_parties_n").fill_null(0),
            absent_parties_n=NEEDED_ROLES_N - pl.col("named_roles_n").fill_null(0),
        )
    )


def _has_role(role: str) -> pl.Expr:
    return (pl.col("role") == role).any().cast(pl.Int32)
