"""The fields of a shipment as filed, as numbers: what policies without features of the project see.

Belongs here: columns of core.shipment as numbers and as codes, and the list of codes that learning saw.
Belongs elsewhere: the policies (trees.py, isolation.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

Matrix = npt.NDArray[np.float32]
NUMBERS = ("value_usd", "gross_weight_kg", "pieces_n", "lines_n", "listed_price_usd")
CODES = (
    "stream", "entry_type", "port_code", "mode_code", "carrier_code", "filer_code", "origin_country", "export_country",
    "packing_country", "marketplace", "hts2", "hts4", "hts6",
)  # fmt: skip
COLUMNS = [
    "shipment_id", "port_code", "stream", "entry_type", "mode_code", "carrier_code", "filer_code", "origin_country",
    "export_country", "packing_country", "marketplace", "hts10", "description", "filed_at", "estimated_arrival_at",
    "account_opened_on", "is_known_consignor", "is_screened", *NUMBERS,
]  # fmt: skip
DERIVED = ("usd_per_kg", "usd_per_piece", "lead_hours", "description_n", "account_days", "known", "screened")
# A code that fewer examined shipments have is one of the rest.
LEAST_ROWS = 5


def read_fields(shipments: pl.DataFrame) -> pl.DataFrame:
    """Return shipment_id, port_code, NUMBERS and DERIVED as floats and CODES as text."""
    value, weight = pl.col("value_usd").cast(pl.Float64), pl.col("gross_weight_kg").cast(pl.Float64)
    filed = pl.col("filed_at")
    return shipments.with_columns(
        usd_per_kg=value / pl.when(weight > 0).then(weight),
        usd_per_piece=value / pl.when(pl.col("pieces_n") > 0).then(pl.col("pieces_n")),
        lead_hours=(pl.col("estimated_arrival_at") - filed).dt.total_minutes() / 60,
        description_n=pl.col("description").str.len_chars(),
        account_days=(filed.dt.date() - pl.col("account_opened_on")).dt.total_days(),
        known=pl.col("is_known_consignor"),
        screened=pl.col("is_screened"),
        hts2=pl.col("hts10").str.slice(0, 2),
        hts4=pl.col("hts10").str.slice(0, 4),
        hts6=pl.col("hts10").str.slice(0, 6),
    ).select("shipment_id", *CODES, *(pl.col(name).cast(pl.Float64) for name in (*NUMBERS, *DERIVED)))


@dataclass(frozen=True)
class Coding:
    """The number of each code by column; one that is not listed is 0."""

    places: Mapping[str, Mapping[str, int]]

    def encode(self, fields: pl.DataFrame) -> Matrix:
        """Return NUMBERS, DERIVED and coded CODES, in that order; what is not filed is NaN."""
        numbers = [pl.col(name).cast(pl.Float32) for name in (*NUMBERS, *DERIVED)]
        codes = [
            pl.when(pl.col(name).is_not_null())
            .then(pl.col(name).replace_strict(dict(self.places[name]), default=0, return_dtype=pl.Float32))
            .alias(name)
            for name in CODES
        ]
        return np.ascontiguousarray(fields.select(*numbers, *codes).fill_null(np.nan).to_numpy(), dtype=np.float32)


def learn_coding(fields: pl.DataFrame, least: int = LEAST_ROWS) -> Coding:
    """Return the coding of the codes that enough rows have, in their order."""
    places: dict[str, dict[str, int]] = {}
    for name in CODES:
        counted = fields.select(pl.col(name).drop_nulls().value_counts()).unnest(name)
        frequent = counted.filter(pl.col("count") >= least)[name].sort()
        places[name] = {code: place for place, code in enumerate(frequent, start=1)}
    return Coding(places)
