"""Frames that are made as DuckDB reads them: all of them, in order, each time."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from tests.support.work import open_bench
from tidewaiter.engine.duckdb import write_ordered
from tidewaiter.engine.stream import register_frames

ROWS, PARTS = 30_000, 9


def make_frames() -> Iterator[pl.DataFrame]:
    for part in range(PARTS):
        numbers = pl.int_range(part * ROWS, (part + 1) * ROWS, eager=True)
        yield pl.DataFrame({"number": numbers, "text": numbers.cast(pl.String), "share": numbers / 7})


def test_frames_are_read_whole_and_more_than_once(tmp_path: Path) -> None:
    with open_bench(tmp_path) as bench:
        register_frames(bench.con, "made", make_frames)
        for _ in range(2):
            assert bench.con.sql("from made order by number").pl().equals(pl.concat(make_frames()))


def test_frames_are_written_in_their_order(tmp_path: Path) -> None:
    with open_bench(tmp_path) as bench:
        register_frames(bench.con, "made", make_frames)
        write_ordered(bench.con, "made", None, tmp_path / "made.parquet")
    assert pl.read_parquet(tmp_path / "made.parquet").equals(pl.concat(make_frames()))


def test_a_frame_without_rows_gives_its_columns(tmp_path: Path) -> None:
    empty = next(make_frames()).clear()
    with open_bench(tmp_path) as bench:
        register_frames(bench.con, "made", lambda: [empty])
        assert bench.con.sql("from made").pl().schema == empty.schema
