"""The family `placeholder`: parties that are named in form only, or not at all.

Belongs here: counting them for each shipment.
Belongs elsewhere: what counts as a placeholder (policy/words.yml, tidewaiter/parties/normalise.py).
"""

import polars as pl

from tidewaiter.parties.normalise import is_placeholder
from tidewaiter.parties.policy import Words

NEEDED_ROLES = ("shipper", "consignee")


def compute(shipment: pl.DataFrame, party: pl.DataFrame, words: Words) -> pl.DataFrame:
    """Return shipment_id and the family's features, from core.shipment and core.shipment_party."""
    names = party.select("name").drop_nulls().unique().sort("name")
    names = names.with_columns(is_placeholder=is_placeholder(pl.col("name"), words))
    counted = (
        party.join(names, on="name", how="left")
        .group_by("shipment_id")
        .agg(
            placeholder_parties_n=pl.col("is_placeholder").sum(),
            absent_parties_n=len(NEEDED_ROLES) - pl.col("role").filter(pl.col("role").is_in(NEEDED_ROLES)).n_unique(),
        )
    )
    return (
        shipment.select("shipment_id")
        .join(counted, on="shipment_id", how="left")
        .with_columns(
            pl.col("placeholder_parties_n").fill_null(0), pl.col("absent_parties_n").fill_null(len(NEEDED_ROLES))
        )
    )
