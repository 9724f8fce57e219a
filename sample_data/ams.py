"""Writes ocean bills as the CSV tables of the public AMS release, one release a day.

Belongs here: releases, later versions, and the two tables with one row a bill.
Belongs elsewhere: the bills (bill.py), party and cargo tables (ams_party.py, ams_cargo.py), column order (layout.py).
"""

from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl

from sample_data.ams_bill import make_billgen, make_header
from sample_data.ams_cargo import make_cargo_tables
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
        "header": make_header(rng, bills),
        "billgen": make_billgen(bills),
        **make_cargo_tables(rng, boxes),
        **{
            table: make_party_table(rng, bills.with_columns(shipper_name=pl.col("shipper_names").list.get(0)), table)
            for table in PARTY_TABLES
        },
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
