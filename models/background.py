"""A sample of every shipment of the last months, examined or not: what is usual before a model is used.

Belongs here: which dates and rows stand for the rest.
Belongs elsewhere: what is made of them (novelty.py, drift.py), labelled rows (dataset.py).
"""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow.parquet as pq

from models.dataset import check_columns
from tidewaiter.lake import Lake

Places = npt.NDArray[np.int64]
# Dates, and pieces of a date for each stream, that are read at most: a national date is far larger than the sample.
MOST_DATES, MOST_PIECES = 14, 4


def read_background(lake: Lake, as_of: date, days: int, rows_n: int, features: Sequence[str]) -> pl.DataFrame:
    """Return about `rows_n` shipments of the `days` days before a date, evenly over them, ordered by date and key.

    Raises:
        ModelMismatchError: when a date's features are not the catalog's.
    """
    return join_nights(read_nights(lake, as_of, days, rows_n, features), features)


def join_nights(nights: Sequence[pl.DataFrame], features: Sequence[str]) -> pl.DataFrame:
    """Return the rows of all nights; none, with their columns, of no night."""
    if not nights:
        return pl.DataFrame(
            schema={"shipment_id": pl.String, "port_code": pl.String, **dict.fromkeys(features, pl.Float64)}
        )
    return pl.concat(nights)


def read_nights(lake: Lake, as_of: date, days: int, rows_n: int, features: Sequence[str]) -> list[pl.DataFrame]:
    """Return what `read_background` returns, night by night; nothing where no night is published."""
    paths = lake.window("feature.shipment", as_of, days)
    chosen = [paths[place] for place in _spread(len(paths), MOST_DATES)]
    return [sample_rows(path, rows_n // len(chosen), features) for path in chosen]


def sample_rows(path: Path, rows_n: int, features: Sequence[str]) -> pl.DataFrame:
    """Return about so many rows of a date's features, every stream in its share, in the file's order."""
    columns = ["shipment_id", "port_code", *features]
    with pq.ParquetFile(path) as file:
        check_columns(file.schema_arrow.names, features, f"the features of {path.parent.name}")
        starts = np.cumsum([0, *(file.metadata.row_group(piece).num_rows for piece in range(file.num_row_groups))])
        at = _choose_rows(file, starts, rows_n)
        empty = pl.DataFrame(pl.from_arrow(file.schema_arrow.empty_table().select(columns)))
        parts = [
            pl.DataFrame(pl.from_arrow(file.read_row_group(int(piece), columns=columns)))[at[own] - starts[piece]]
            for piece, own in _split(np.searchsorted(starts, at, side="right") - 1)
        ]
    frame: pl.DataFrame = pl.concat([empty, *parts]).select(columns)
    return frame.with_columns(pl.col(name).cast(pl.Float64) for name in features)


def _choose_rows(file: pq.ParquetFile, starts: Places, rows_n: int) -> Places:
    """Return the places of the rows, ascending: evenly over a small file, by stream from a few pieces of a large one.

    Rows stand in the order of their identifiers, so the first and last pieces alone have the rarer streams.
    """
    of_n = int(starts[-1])
    if file.num_row_groups <= MOST_PIECES:
        return np.array(_spread(of_n, rows_n), dtype=np.int64)
    streams = pl.DataFrame(pl.from_arrow(file.read(columns=["stream"])))["stream"]
    chosen = []
    for stream in sorted(streams.unique()):
        own = (streams == stream).arg_true().to_numpy().astype(np.int64)
        pieces = np.unique(np.searchsorted(starts, own, side="right") - 1)
        read = pieces[_spread(len(pieces), MOST_PIECES)]
        near = own[np.isin(np.searchsorted(starts, own, side="right") - 1, read)]
        chosen.append(near[_spread(len(near), round(rows_n * len(own) / of_n))])
    return np.sort(np.concatenate(chosen))


def _split(piece: Places) -> Iterator[tuple[int, Places]]:
    """Yield each piece with the places of its rows among those chosen."""
    for each in np.unique(piece):
        yield int(each), np.flatnonzero(piece == each)


def _spread(of_n: int, wanted_n: int) -> list[int]:
    """Return at most so many places out of all, evenly spread, ascending."""
    if of_n <= wanted_n:
        return list(range(of_n))
    return sorted({int(place) for place in np.linspace(0, of_n - 1, wanted_n)})
