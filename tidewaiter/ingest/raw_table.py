"""The raw tables that readers fill: every promised column as text, plus where each row came from.

Few rows stay in the temp table `raw_<noun>`; many go to Parquet pieces in the staging folder as they are read, so that
a large file takes no more memory than a small one. Once every file is read, `raw_<noun>` is a view over one staged
file with all of them.

Belongs here: making these tables, appending rows that a reader made in Python, pieces, staging.
Belongs elsewhere: reading delimited files (delimited.py), deciding which rows are kept (data_quality/hold.py).
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from data_quality.contract import Contract, load_contract
from data_quality.relation import drop_relation, is_table
from tidewaiter.engine.parquet import join_parquet
from tidewaiter.ingest.feed import PROVENANCE, LandedFile

Row = Mapping[str, str | None]
Column: TypeAlias = "pa.Array | pa.ChunkedArray"
# A temp table with more rows than these becomes a piece.
MOST_WAITING_ROWS = 100_000
PIECE_GROUP_ROWS = 245_760
# The rows of a larger file do not go through the temp table.
LARGE_BYTES = 8 << 20
# A column whose different values take more has no dictionary: making one costs more than it saves.
LARGEST_DICTIONARY_BYTES = 1 << 16


def raw_columns(contract: Contract) -> tuple[str, ...]:
    """Return the columns of a raw table in order: as promised, then provenance."""
    return contract.column_names + tuple(name for name, _ in PROVENANCE)


def create_raw_table(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """Make the empty temp table `raw_<noun>`."""
    contract = load_contract(table)
    columns = [f"{name} VARCHAR" for name in contract.column_names]
    columns += [f"{name} {kind}" for name, kind in PROVENANCE]
    drop_relation(con, f"raw_{contract.noun}")
    con.execute(f"create temp table raw_{contract.noun} ({', '.join(columns)})")
    con.execute("create temp table if not exists raw_piece (noun varchar, file varchar, path varchar, rows_n bigint)")
    con.execute("delete from raw_piece where noun = $noun", {"noun": contract.noun})


def append_rows(con: duckdb.DuckDBPyConnection, table: str, file: LandedFile, rows: Iterable[tuple[int, Row]]) -> None:
    """Append (line, row) pairs to `raw_<noun>`; a row maps promised columns to text, absent ones are null.

    Args:
        rows: a row may also hold `reject_rule`, for what no rule of the contract can say, `raw_text` and
            `other_columns`.
    """
    contract = load_contract(table)
    names = (*contract.column_names, "reject_rule", "raw_text", "other_columns")
    lines, values = _transpose(names, rows)
    columns = {name: pa.array(cells, pa.string()) for name, cells in zip(names, values, strict=True)}
    insert_rows(con, contract, raw_rows(contract, file, columns, lines))


def raw_rows(
    contract: Contract, file: LandedFile, columns: Mapping[str, Column], lines: "Sequence[int] | npt.NDArray[np.int64]"
) -> pa.Table:
    """Return rows of a raw table: the columns given, the others null, and where the rows came from."""
    size = len(lines)
    given = dict(columns)
    given["source_file"] = _repeat(file.name, size)
    given["source_line"] = pa.array(lines, pa.int64())
    given["source_sha256"] = _repeat(file.sha256, size)
    missing = pa.nulls(size, pa.string())
    names = raw_columns(contract)
    return pa.table([given.get(name, missing) for name in names], names=list(names))


def _repeat(text: str, size: int) -> pa.Array:
    """Return one text so many times, at the cost of one."""
    return pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int32()), size), pa.array([text]))


def insert_rows(con: duckdb.DuckDBPyConnection, contract: Contract, rows: pa.Table) -> None:
    """Append rows of the raw table's columns to `raw_<noun>`."""
    con.register("incoming_rows", rows)
    con.execute(f"insert into raw_{contract.noun} select * from incoming_rows")
    con.unregister("incoming_rows")


def _transpose(columns: tuple[str, ...], rows: Iterable[tuple[int, Row]]) -> tuple[list[int], list[list[str | None]]]:
    lines: list[int] = []
    values: list[list[str | None]] = [[] for _ in columns]
    for line, row in rows:
        lines.append(line)
        for column, cells in zip(columns, values, strict=True):
            cells.append(row.get(column))
    return lines, values


def append_query(
    con: duckdb.DuckDBPyConnection, contract: Contract, file: LandedFile, query: str, values: dict[str, object]
) -> None:
    """Append a query's rows, in the columns of the raw table: those of a large file as a piece, as they come."""
    if file.path.stat().st_size <= LARGE_BYTES:
        con.execute(f"insert into raw_{contract.noun} {query}", values)
        return
    path = file.path.with_name(f"{file.path.name}.parquet")
    add_piece(con, contract.noun, file.name, path, _write_query(con, contract, query, values, path))


def write_piece(rows: pa.Table, target: Path) -> None:
    """Write rows of a raw table as a Parquet file that can be joined to others."""
    with _open_writer(rows.schema, target) as writer:
        writer.write_table(rows, PIECE_GROUP_ROWS)


def _write_query(
    con: duckdb.DuckDBPyConnection, contract: Contract, query: str, values: dict[str, object], target: Path
) -> int:
    """Write a query's rows in their order, a row group at a time, and return how many they are.

    The query's columns are taken by place and written under the names of the raw table, as an insert does.
    """
    rows_n, names = 0, raw_columns(contract)
    reader = con.execute(query, values).to_arrow_reader(PIECE_GROUP_ROWS)
    schema = pa.schema([kind.with_name(name) for name, kind in zip(names, reader.schema, strict=True)])
    with _open_writer(schema, target) as writer:
        for batch in reader:
            writer.write_table(pa.Table.from_batches([batch.rename_columns(list(names))]), PIECE_GROUP_ROWS)
            rows_n += batch.num_rows
    return rows_n


def _open_writer(schema: pa.Schema, target: Path) -> pq.ParquetWriter:
    # PyArrow's writer takes half the time of DuckDB's for wide rows of text; least and greatest texts are of no use.
    return pq.ParquetWriter(
        target, schema, compression="zstd", store_schema=False, write_statistics=False,
        dictionary_pagesize_limit=LARGEST_DICTIONARY_BYTES,
    )  # fmt: skip


def add_piece(con: duckdb.DuckDBPyConnection, noun: str, file: str, path: Path, rows_n: int) -> None:
    """Let a written file count as rows of the raw table, after all that are there."""
    con.execute("insert into raw_piece values ($noun, $file, $path, $n)",
                {"noun": noun, "file": file, "path": str(path), "n": rows_n})  # fmt: skip


def count_read(con: duckdb.DuckDBPyConnection, table: str, file: str) -> int:
    """Return how many rows of a landed file are in the raw table, its pieces counted."""
    noun = load_contract(table).noun
    found = con.execute(
        f"""
        select (select count(*) from raw_{noun} where source_file = $file)
            + (select coalesce(sum(rows_n), 0) from raw_piece where noun = $noun and file = $file)
        """,
        {"file": file, "noun": noun},
    ).fetchall()
    return int(found[0][0])


def forget_rows(con: duckdb.DuckDBPyConnection, table: str, file: str) -> None:
    """Take the rows of a landed file out of the raw table."""
    noun = load_contract(table).noun
    con.execute(f"delete from raw_{noun} where source_file = $file", {"file": file})
    gone = con.execute("delete from raw_piece where noun = $noun and file = $file returning path",
                       {"noun": noun, "file": file}).fetchall()  # fmt: skip
    for (path,) in gone:
        Path(path).unlink()


def set_aside(con: duckdb.DuckDBPyConnection, table: str, folder: Path, *, least: int = MOST_WAITING_ROWS) -> None:
    """Move the rows that wait in `raw_<noun>` to a piece when there are at least so many."""
    contract = load_contract(table)
    noun = contract.noun
    ((waiting, pieces),) = con.execute(
        f"select (select count(*) from raw_{noun}), (select count(*) from raw_piece where noun = $noun)", {"noun": noun}
    ).fetchall()
    if waiting < least:
        return
    path = folder / f"{noun}-{pieces}.waiting.parquet"
    # Pieces of several files have the name of none: these files are read and accepted.
    add_piece(con, noun, "", path, _write_query(con, contract, f"select * from raw_{noun}", {}, path))
    con.execute(f"truncate raw_{noun}")


def stage_raw(con: duckdb.DuckDBPyConnection, table: str, folder: Path) -> Path:
    """Return one Parquet file in the folder with all rows of the raw table; `raw_<noun>` is then a view over it."""
    noun, target = load_contract(table).noun, folder / f"{table}.parquet"
    if is_table(con, f"raw_{noun}"):
        set_aside(con, table, folder, least=0)
        rows = con.execute("select path from raw_piece where noun = $noun order by rowid", {"noun": noun}).fetchall()
        join_parquet([Path(path) for (path,) in rows], target)
        con.execute("delete from raw_piece where noun = $noun", {"noun": noun})
        scan_raw(con, table, target)
    return target


def scan_raw(con: duckdb.DuckDBPyConnection, table: str, path: Path) -> None:
    """Make `raw_<noun>` a view over a file of its rows, and `numbered_<noun>` one that also has `raw_row`, from 0."""
    contract = load_contract(table)
    drop_relation(con, f"raw_{contract.noun}")
    drop_relation(con, f"numbered_{contract.noun}")
    columns = ", ".join(raw_columns(contract))
    rows = con.read_parquet(str(path), file_row_number=True, hive_partitioning=False)
    rows.select(f"{columns}, file_row_number as raw_row").create_view(f"numbered_{contract.noun}")
    con.execute(f"create temp view raw_{contract.noun} as select * exclude (raw_row) from numbered_{contract.noun}")
