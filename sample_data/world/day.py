"""One day of a world: the rows of its files, as text, and the truth that no file says.

Belongs here: what a day or a piece of one holds, and putting pieces together.
Belongs elsewhere: making days (simulation.py), writing them (landing.py).
"""

from dataclasses import dataclass
from datetime import date

import polars as pl

TRUTH_SCHEMA = {
    "shipment_id": pl.String, "ref_kind": pl.String, "shipment_ref": pl.String, "port_code": pl.String,
    "scheme": pl.String, "family": pl.String, "finding_code": pl.String, "loss_usd": pl.Float64,
    "is_violation": pl.Boolean, "is_standing": pl.Boolean, "shipper_key": pl.Int64, "seller_key": pl.Int64,
    "consignee_key": pl.Int64, "filer_key": pl.Int64, "ring_key": pl.String,
}  # fmt: skip


@dataclass(frozen=True)
class Filed:
    """What a desk has filed: tables, documents, and in the order of its shipments their keys.

    The keys are shipment_id, ref_kind, shipment_ref, port_code and is_standing.
    """

    tables: dict[str, pl.DataFrame]
    documents: dict[tuple[str, str], str]
    keys: pl.DataFrame


@dataclass(frozen=True)
class Day:
    """`tables` has the rows that arrive, by raw table, as text as the files have them; `truth` one row a shipment.

    Truck trips and X12 interchanges have no rows: `documents` has their text, by feed and name of the file.

    The truth's keys are those of the true parties: the same number is the same firm or person, however it is spelt and
    wherever it moves; `ring_key` says which hand is behind a front. What was cancelled or cannot be read by the end
    of the day is not `is_standing`.
    """

    on: date
    tables: dict[str, pl.DataFrame]
    documents: dict[tuple[str, str], str]
    truth: pl.DataFrame
    part: int = 0


def join_days(parts: list[Day]) -> Day:
    """The pieces of one day as a whole day."""
    names = list(dict.fromkeys(name for part in parts for name in part.tables))
    tables = {name: pl.concat([part.tables[name] for part in parts if name in part.tables]) for name in names}
    documents = {key: text for part in parts for key, text in part.documents.items()}
    return Day(parts[0].on, tables, documents, pl.concat([part.truth for part in parts]))
