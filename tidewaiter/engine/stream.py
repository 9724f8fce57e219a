"""Relations whose rows are made as they are read, so that they are never in memory whole.

Belongs here: handing frames to DuckDB one after the other.
Belongs elsewhere: what is in the frames.
"""

from collections.abc import Callable, Iterable, Iterator

import duckdb
import polars as pl
import pyarrow as pa

Frames = Callable[[], Iterable[pl.DataFrame]]


class FrameStream:
    """Frames of one schema as DuckDB reads them; each reading makes them anew, in their order.

    Attributes:
        schema: what DuckDB asks for before it reads.
    """

    def __init__(self, make: Frames) -> None:
        self.schema = next(iter(make())).head(0).to_arrow().schema
        self._make = make

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        reader = pa.RecordBatchReader.from_batches(self.schema, self._list_batches())
        return reader.__arrow_c_stream__(requested_schema)

    def _list_batches(self) -> Iterator[pa.RecordBatch]:
        for frame in self._make():
            yield from frame.to_arrow().to_batches()


def register_frames(con: duckdb.DuckDBPyConnection, name: str, make: Frames) -> None:
    """Make `name` a relation of the frames, of which there is at least one.

    Args:
        make: called for each reading, it gives the same frames.
    """
    con.register(name, FrameStream(make))
