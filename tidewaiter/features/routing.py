"""The family `routing`: whether the countries on the way fit together.

Belongs here: row-wise comparison of origin, export and packing country.
Belongs elsewhere: whether the route was seen before (family entity, kind lane).
"""

import polars as pl

# What is read of core.shipment.
COLUMNS = ("shipment_id", "export_country", "origin_country", "packing_country")


def compute(shipment: pl.DataFrame) -> pl.DataFrame:
    """Return shipment_id and the family's features; null where one of the two countries is not filed."""
    return shipment.select(
        "shipment_id",
        is_export_not_origin=pl.col("export_country") != pl.col("origin_country"),
        is_packing_not_origin=pl.col("packing_country") != pl.col("origin_country"),
        is_packing_not_export=pl.col("packing_country") != pl.col("export_country"),
    )
