"""A sample of every shipment of the last months, examined or not: what is usual before a model is used.

Belongs here: which dates and rows stand for the rest.
Belongs elsewhere: what is made of them (novelty.py, drift.py), labelled rows (dataset.py).
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from models.dataset import check_columns
from tidewaiter.lake import Lake

# Dates and pieces of a date that are read at most: a national date is far larger than the sample.
MOST_DATES, MOST_PIECES = 14, 4


def read_background(lake: Lake, as_of: date, days: int, rows_n: int, features: Sequence[str]) -> pl.DataFrame:
    """Return about `rows_n` shipments of the `days` days before a date, evenly over them, ordered by date and key.

    Raises:
        ModelMismatchError: when a date's features are not the catalog's.
    """
    paths = lake.window("feature.shipment", as_of, days)
    if not paths:
        return pl.DataFrame(
            schema={"shipment_id": pl.String, "port_code": pl.String, **dict.fromkeys(features, pl.Float64)}
        )
    chosen = [paths[place] for place in _spread(len(paths), MOST_DATES)]
    return pl.concat([sample_rows(path, rows_n // len(chosen), features) for path in chosen])


def sample_rows(path: Path, rows_n: int, features: Sequence[str]) -> pl.DataFrame:
    """Return about so many rows of a date's features, evenly over its file, in the file's order."""
    with pq.ParquetFile(path) as file:
        check_columns(file.schema_arrow.names, features, f"the features of {path.parent.name}")
        columns = ["shipment_id", "port_code", *features]
        pieces = _spread(file.num_row_groups, MOST_PIECES)
        parts = [pl.DataFrame(pl.from_arrow(file.read_row_group(piece, columns=columns))) for piece in pieces]
        empty = pl.DataFrame(pl.from_arrow(file.schema_arrow.empty_table().select(columns)))
    wanted = max(1, rows_n // max(len(parts), 1))
    taken = [part[_spread(part.height, wanted)] for part in parts]
    frame = pl.concat([empty, *taken]).select(columns)
    return frame.with_columns(pl.col(name).cast(pl.Float64) for name in features)


def _spread(of_n: int, wanted_n: int) -> list[int]:
    """Return at most so many places out of all, evenly spread, ascending."""
    if of_n <= wanted_n:
        return list(range(of_n))
    return sorted({int(place) for place in np.linspace(0, of_n - 1, wanted_n)})
