"""Writes ocean bills as the CSV tables of the public AMS release, one release a day.

Belongs here: releases, later versions, and the two tables with one row a bill.
Belongs elsewhere: the bills (bill.py), party and cargo tables (ams_party.py, ams_cargo.py), column order (layout.py).
"""

from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl

from sample_data.ams_cargo import LB_PER_KG, make_cargo_tables
from sample_data.ams_gap import draw_some, fill_some
from sample_data.ams_party import PARTY_TABLES, make_party_table
from sample_data.layout import AMS_COLUMNS
from sample_data.trade import World

_RELEASE_HOUR = "1500"
_HAZMAT_EVERY_DAYS = 6


def write_ams(world: World, bills: pl.DataFrame, containers: pl.DataFrame, folder: Path) -> None:
    """Writes one release a day; hazmat tables only every sixth day, marksnumbers missing on the middle day."""
    rng = world.make_rng(6)
    bills = _add_statuses(rng, world, bills)
    boxes = containers.join(bills.select("bill", "release"), on="bill", maintain_order="right_left")
    tables = {
        "header": _make_header(rng, bills),
        "billgen": _make_billgen(bills),
        **make_cargo_tables(rng, boxes),
        **{table: make_party_table(rng, bills, table) for table in PARTY_TABLES},
    }
    for table, rows in tables.items():
        for today, part in rows.partition_by("release", maintain_order=True, as_dict=True).items():
            if not _is_left_out(table, int(today[0]), world.days):
                _write_table(world, table, part, int(today[0]), folder)


def _is_left_out(table: str, today: int, days: int) -> bool:
    if table in ("hazmat", "hazmatclass"):
        return today % _HAZMAT_EVERY_DAYS != _HAZMAT_EVERY_DAYS - 1
    return table == "marksnumbers" and today == days // 2


def _write_table(world: World, table: str, rows: pl.DataFrame, today: int, folder: Path) -> None:
    day = world.first_day + timedelta(days=today)
    target = folder / day.isoformat()
    target.mkdir(parents=True, exist_ok=True)
    name = f"ams__{table}_{day.year}__{day:%Y%m%d}{_RELEASE_HOUR}.csv"
    rows.select(AMS_COLUMNS[table]).write_csv(target / name)


def _add_statuses(rng: np.random.Generator, world: World, bills: pl.DataFrame) -> pl.DataFrame:
    """AMS bills with `release` (day of the file) and status: some come again, amended or deleted, within three days."""
    first = bills.filter(~pl.col("is_x12")).with_columns(
        release="day", status=pl.Series(rng.random(bills.filter(~pl.col("is_x12")).height) < 0.02), more_kg=pl.lit(0)
    )
    first = first.with_columns(status=pl.when("status").then(pl.lit("Amended")).otherwise(pl.lit("New")))
    chance, wait = rng.random(first.height), rng.integers(1, 4, first.height)
    again = first.with_columns(
        release=pl.col("day") + pl.Series(wait),
        status=pl.when(pl.Series(chance < 0.006)).then(pl.lit("Deleted")).otherwise(pl.lit("Amended")),
        more_kg=pl.when(pl.Series(chance >= 0.006)).then(250).otherwise(0),
    )
    again = again.filter(pl.Series(chance < 0.025)).filter(pl.col("release") < world.days)
    return (
        pl.concat([first, again])
        .sort("release", "bill")
        .with_columns(sent_on=pl.lit(world.first_day) + pl.duration(days=pl.col("release")))
    )


def _make_header(rng: np.random.Generator, bills: pl.DataFrame) -> pl.DataFrame:
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


def _make_billgen(bills: pl.DataFrame) -> pl.DataFrame:
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
