"""Ocean bills as the CSV tables of the public AMS release, some of them again within three days.

Belongs here: releases, later versions, and all eleven tables of a release as text.
Belongs elsewhere: the bills (sea_bill.py), how a table looks (sample_data/ams_bill.py, ams_party.py, ams_cargo.py).
"""

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl

from sample_data.ams_bill import make_billgen, make_header
from sample_data.ams_cargo import make_cargo_tables
from sample_data.ams_party import PARTY_TABLES, make_party_table
from sample_data.layout import AMS_COLUMNS
from sample_data.world.day import Filed
from sample_data.world.sea_bill import SeaDesk
from sample_data.world.shipment import Shipments

# Tables of dangerous goods come with every sixth release only: any table may be missing.
_HAZMAT_EVERY_DAYS = 6
_DELETED_SHARE = 0.24
_CORRECTED_KG = 250


@dataclass
class AmsDesk:
    """Where AMS bills are released; `waiting` are those that come again, by the day number of their release."""

    desk: SeaDesk
    again_share: float
    waiting: dict[int, list[pl.DataFrame]] = field(default_factory=dict)

    def file(self, rng: np.random.Generator, sent: Shipments, on: date, day: int, piece: int) -> Filed:
        """The tables of a release, and the keys of its new bills; with the first piece come bills of earlier days."""
        bills = self.desk.write(rng, sent, on, day)
        self._keep_some(rng, bills, day)
        new = bills.with_columns(status=pl.lit("New"), more_kg=pl.lit(0, dtype=pl.Int64))
        again = self.waiting.pop(day, []) if piece == 0 else []
        released = pl.concat([new, *again]).with_columns(release=pl.lit(day), sent_on=pl.lit(on))
        keys = bills.select(
            shipment_id=pl.concat_str(pl.lit("ocean:"), "identifier"),
            ref_kind=pl.lit("ocean_bill"), shipment_ref=pl.coalesce("house_bill", "master_bill"),
            port_code="unlading_code", is_standing=pl.lit(True),
        )  # fmt: skip
        return Filed(self._write(rng, released, day), {}, keys)

    def list_again(self, day: int) -> list[str]:
        """The shipments that come again, amended, on a later day."""
        return [
            f"ocean:{number}"
            for rows in self.waiting.get(day, [])
            for number in rows.filter(pl.col("status") == "Amended")["identifier"]
        ]

    def _keep_some(self, rng: np.random.Generator, bills: pl.DataFrame, day: int) -> None:
        chance, wait = rng.random(bills.height), rng.integers(1, 4, bills.height)
        is_deleted = pl.Series(chance < self.again_share * _DELETED_SHARE)
        again = bills.with_columns(
            status=pl.when(is_deleted).then(pl.lit("Deleted")).otherwise(pl.lit("Amended")),
            more_kg=pl.when(is_deleted).then(0).otherwise(_CORRECTED_KG).cast(pl.Int64),
        )
        for days in range(1, 4):
            rows = again.filter(pl.Series((chance < self.again_share) & (wait == days)))
            self.waiting.setdefault(day + days, []).append(rows)

    def _write(self, rng: np.random.Generator, bills: pl.DataFrame, day: int) -> dict[str, pl.DataFrame]:
        boxes = self.desk.list_containers(rng, bills)
        tables = {
            "header": make_header(rng, bills),
            "billgen": make_billgen(bills),
            **make_cargo_tables(rng, boxes),
            **{table: make_party_table(rng, bills, table) for table in PARTY_TABLES},
        }
        has_hazmat = day % _HAZMAT_EVERY_DAYS == _HAZMAT_EVERY_DAYS - 1
        return {
            f"raw.ocean_ams_{name}": rows.select(pl.col(AMS_COLUMNS[name]).cast(pl.String))
            for name, rows in tables.items()
            if has_hazmat or not name.startswith("hazmat")
        }
