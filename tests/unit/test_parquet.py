"""Parts of a table joined without decoding: the file that other readers see is the one they would have written."""

from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tidewaiter.engine.parquet import join_parquet

SCHEMA = pa.schema([("text", pa.string()), ("number", pa.int64())])


def write_part(folder: Path, name: str, rows: list[tuple[str | None, int | None]], **options: Any) -> Path:
    table = pa.table([pa.array(column) for column in zip(*rows, strict=True)] if rows else [[], []], schema=SCHEMA)
    pq.write_table(table, folder / name, **options)
    return folder / name


def read_everywhere(path: Path) -> list[list[tuple[Any, ...]]]:
    """Return the rows as DuckDB, Polars and PyArrow read them."""
    with duckdb.connect() as con:
        by_duckdb = con.read_parquet(str(path)).fetchall()
    by_pyarrow = [tuple(row.values()) for row in pq.read_table(path).to_pylist()]
    return [by_duckdb, pl.read_parquet(path).rows(), by_pyarrow]


@pytest.mark.parametrize("compression", ["zstd", "snappy", "none"])
@pytest.mark.parametrize("writes_statistics", [True, False])
def test_rows_come_in_the_order_of_the_parts_whoever_reads_them(
    tmp_path: Path, compression: str, writes_statistics: bool
) -> None:
    rows: list[tuple[str | None, int | None]] = [
        (f"text {n % 7}" if n % 3 else None, n if n % 5 else None) for n in range(5_000)
    ]
    parts = [
        write_part(tmp_path, f"{number}.parquet", rows[first : first + 1_000], row_group_size=300,
                   compression=compression, write_statistics=writes_statistics, write_page_index=writes_statistics)
        for number, first in enumerate(range(0, 5_000, 1_000))
    ]  # fmt: skip
    target = tmp_path / "whole.parquet"
    assert join_parquet(parts, target) == 5_000
    assert read_everywhere(target) == [rows] * 3
    assert pq.ParquetFile(target).metadata.num_row_groups == 20
    assert [path.name for path in tmp_path.iterdir()] == ["whole.parquet"]


def test_a_filter_finds_its_rows_in_a_later_part_by_statistics(tmp_path: Path) -> None:
    parts = [
        write_part(tmp_path, f"{n}", [(f"of {n}", value) for value in range(n * 100, n * 100 + 100)]) for n in range(4)
    ]
    join_parquet(parts, tmp_path / "whole")
    assert pq.read_table(tmp_path / "whole", filters=[("number", "==", 250)]).to_pylist() == [
        {"text": "of 2", "number": 250}
    ]
    groups = pq.ParquetFile(tmp_path / "whole").metadata
    assert [groups.row_group(n).column(1).statistics.min for n in range(4)] == [0, 100, 200, 300]


def test_a_part_without_rows_and_a_single_part_are_parts_like_others(tmp_path: Path) -> None:
    alone = write_part(tmp_path, "alone", [("a", 1)])
    assert join_parquet([alone], tmp_path / "one") == 1
    parts = [
        write_part(tmp_path, "empty", []),
        write_part(tmp_path, "full", [("b", 2)]),
        write_part(tmp_path, "none", []),
    ]
    assert join_parquet(parts, tmp_path / "three") == 1
    assert read_everywhere(tmp_path / "three") == [[("b", 2)]] * 3


def test_parts_with_other_columns_or_of_another_kind_are_refused(tmp_path: Path) -> None:
    part = write_part(tmp_path, "a", [("a", 1)])
    pq.write_table(pa.table({"text": ["b"], "amount": [2]}), tmp_path / "b")
    with pytest.raises(ValueError, match="different columns"):
        join_parquet([part, tmp_path / "b"], tmp_path / "whole")
    (tmp_path / "c").write_bytes(b"text,number\na,1\n")
    with pytest.raises(ValueError, match="c is no Parquet file"):
        join_parquet([part, tmp_path / "c"], tmp_path / "whole")
