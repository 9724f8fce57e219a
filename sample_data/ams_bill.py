"""The AMS tables with one row a bill: header and billgen, filled as often as in the public release of 2020.

Belongs here: how a bill comes out of the AMS release.
Belongs elsewhere: party and cargo tables (ams_party.py, ams_cargo.py), the bills.
"""

import numpy as np
import polars as pl

from sample_data.ams_cargo import LB_PER_KG
from sample_data.ams_gap import draw_some, fill_some


def make_header(rng: np.random.Generator, bills: pl.DataFrame) -> pl.DataFrame:
    """The table header, with the columns of `bills` beside its own."""
    n = bills.height
    is_pounds, has_measure, in_bond = draw_some(rng, n, 0.12), draw_some(rng, n, 0.7), draw_some(rng, n, 0.084)
    is_coded, in_transit = draw_some(rng, n, 0.04), draw_some(rng, n, 0.0024)
    early = pl.duration(days=pl.lit(pl.Series(rng.integers(-2, 3, n))))
    kg = pl.col("weight_kg") + pl.col("more_kg")
    secondary = [
        fill_some(rng, pl.col("carrier_code"), n, share).alias(f"secondary_notify_party_{i}")
        for i, share in enumerate((0.348, 0.028, 0.0003, 0, 0, 0, 0, 0, 0, 0), start=1)
    ]
    return bills.with_columns(
        *secondary,
        vessel_country_code="flag",
        port_of_unlading="unlading",
        estimated_arrival_date=pl.col("sent_on") + early,
        foreign_port_of_lading_qualifier=pl.lit("Schedule K Foreign Port"),
        foreign_port_of_lading=pl.when(is_coded).then("lading_code").otherwise("lading"),
        manifest_quantity="pieces_n",
        manifest_unit="unit",
        weight=pl.when(is_pounds).then((kg * LB_PER_KG).round().cast(pl.Int64)).otherwise(kg),
        weight_unit=pl.when(is_pounds).then(pl.lit("Pounds")).otherwise(pl.lit("Kilograms")),
        measurement=pl.when(has_measure).then("volume").otherwise(0),
        measurement_unit=pl.when(has_measure).then(pl.lit("Cubic Meters")),
        record_status_indicator="status",
        place_of_receipt=pl.col("shipper_city").str.to_uppercase().str.slice(0, 17),
        port_of_destination=pl.when(in_bond).then(pl.lit("Chicago, Illinois")),
        foreign_port_of_destination_qualifier=pl.when(in_transit).then(pl.lit("Schedule K Foreign Port")),
        foreign_port_of_destination=pl.when(in_transit).then(pl.lit("Vancouver, BC ,Canada")),
        conveyance_id_qualifier=pl.lit("IMO Number/Lloyds Number"),
        conveyance_id="ship_number",
        in_bond_entry_type=pl.when(in_bond).then(pl.lit("Immediate Transportation")),
        mode_of_transportation=pl.lit("Vessel, container"),
        actual_arrival_date=pl.col("sent_on") - pl.duration(days=pl.lit(pl.Series(rng.integers(0, 2, n)))),
    )


def make_billgen(bills: pl.DataFrame) -> pl.DataFrame:
    """The table billgen, with the columns of `bills` beside its own."""
    return bills.with_columns(
        master_bol_number="master_bill",
        house_bol_number="house_bill",
        sub_house_bol_number=pl.lit(None, dtype=pl.String),
        voyage_number="voyage",
        bill_type_code=pl.when(pl.col("house_bill").is_null())
        .then(pl.lit("Regular Bill"))
        .otherwise(pl.lit("House Bill")),
        manifest_number=100_000 + pl.col("carrier") * 811 + pl.col("day") // 9,
        trade_update_date=pl.col("sent_on") - pl.duration(days=1),
        run_date="sent_on",
    )
