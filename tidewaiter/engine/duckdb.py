"""The default engine: DuckDB in this process.

Belongs here: opening connections, reading SQL files, writing a table by its contract.
Belongs elsewhere: key-local SQL over buckets (keyed.py).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from data_quality.contract import Contract
from data_quality.relation import drop_relation
from tidewaiter.engine.past import past_in_use
from tidewaiter.errors import ContractError
from tidewaiter.policy import Engine

ROW_GROUP_ROWS = 122_880
SINGLE_MEMORY = "1GB"


@contextmanager
def open_connection(kernel: Engine, scratch: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield an in-memory connection that spills to `scratch`, in UTC, blind to Python variables."""
    connection = duckdb.connect(
        config={
            "threads": kernel.threads,
            "memory_limit": kernel.memory_limit,
            "temp_directory": str(scratch / "spill"),
        }
    )
    try:
        _set_up(connection)
        yield connection
    finally:
        connection.close()


@contextmanager
def open_session(base: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a session of an open database: its temp tables and views are its own and gone afterwards.

    A session opens in a twentieth of the time that a database does.
    """
    session = base.cursor()
    try:
        _set_up(session)
        yield session
    finally:
        session.close()


def _set_up(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("set python_enable_replacements = false")
    connection.execute("set enable_progress_bar = false")


def open_single(scratch: Path) -> duckdb.DuckDBPyConnection:
    """Return an in-memory connection with one thread and little memory, for work that is shared out already."""
    return duckdb.connect(
        config={"threads": 1, "memory_limit": SINGLE_MEMORY, "temp_directory": str(scratch / "spill_single")}
    )


@contextmanager
def build_right_side(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let joins keep the side in memory that is written on the right, whatever DuckDB takes for the smaller one."""
    con.execute("set disabled_optimizers = 'build_side_probe_side'")
    try:
        yield
    finally:
        con.execute("reset disabled_optimizers")


@cache
def read_sql(path: Path) -> str:
    """Return the text of an SQL file."""
    return path.read_text(encoding="utf-8")


def store_query(
    con: duckdb.DuckDBPyConnection,
    name: str,
    query: str,
    folder: Path | None,
    values: Mapping[str, object] | None = None,
) -> None:
    """Make `name` of a query's rows: a view over a Parquet file in the folder, or a temp table where none is given.

    A file takes no memory while others are made, so that a night of any size needs no more.
    """
    drop_relation(con, name)
    if folder is None:
        con.execute(f"create temp table {name} as {query}", values or {})
        return
    path = folder / f"{name}.stored.parquet"
    con.execute(f"copy ({query}) to {quote_text(str(path))} (format parquet, compression snappy)", values or {})
    con.read_parquet(str(path), hive_partitioning=False).create_view(name, replace=True)


def write_table(
    con: duckdb.DuckDBPyConnection, relation: str, contract: Contract, target: Path, *, is_ordered: bool = False
) -> int:
    """Write a relation as Parquet with the contract's columns, types and key order; return its rows.

    Args:
        is_ordered: whether its rows stand in that order already, as those of a table do that was filled so.

    Raises:
        ContractError: when the relation lacks a promised column.
    """
    present = set(con.sql(f"select * from {relation} limit 0").columns)
    missing = [name for name in contract.column_names if name not in present]
    if missing:
        raise ContractError(f"{relation} lacks {', '.join(missing)}, which {contract.table} promises.")
    columns = ", ".join(f'"{each.name}"::{each.sql_type} as "{each.name}"' for each in contract.columns)
    order = ", ".join(f'"{name}"' for name in contract.key) or "all"
    write_ordered(con, f"(select {columns} from {relation})", None if is_ordered else order, target)
    return int(pq.read_metadata(target).num_rows)


def write_ordered(con: duckdb.DuckDBPyConnection, source: str, order: str | None, target: Path) -> None:
    """Write a table or bracketed query as one Parquet file, its rows in order: None for that in which they stand."""
    sorting = f" order by {order}" if order else ""
    con.execute(
        f"copy (select * from {source}{sorting}) "
        f"to {quote_text(str(target))} (format parquet, compression zstd, row_group_size {ROW_GROUP_ROWS})"
    )


def quote_text(text: str) -> str:
    """Return text as an SQL literal, for the statements that take no parameters."""
    return "'" + text.replace("'", "''") + "'"


def set_variables(con: duckdb.DuckDBPyConnection, values: Mapping[str, object]) -> None:
    """Make values that SQL files and views read as getvariable('name'), by names of this code's own.

    They are constants to the planner, which filters with them as files are read; it joins with the row of a table.
    """
    for name, value in values.items():
        con.execute(f"set variable {name} = $value", {"value": value})


def count_rows(con: duckdb.DuckDBPyConnection, relation: str) -> int:
    """Return how many rows a table or view has."""
    return int(con.execute(f"select count(*) from {relation}").fetchall()[0][0])


def scan_parquet(con: duckdb.DuckDBPyConnection, name: str, paths: list[Path], contract: Contract) -> None:
    """Make `name` a view over Parquet files with the contract's columns; empty when there are none."""
    if len(paths) > 1 and (past := past_in_use()) is not None:
        past.view(con, name, paths, is_dated=False)
        return
    if paths:
        con.read_parquet([str(path) for path in paths], hive_partitioning=False).create_view(name, replace=True)
        return
    columns = ", ".join(f'null::{each.sql_type} as "{each.name}"' for each in contract.columns)
    con.execute(f"create or replace temp view {name} as select {columns} where false")


def scan_dated(con: duckdb.DuckDBPyConnection, name: str, paths: list[Path], contract: Contract) -> None:
    """Make `name` a view over partitions with each row's `date`, empty when there are none."""
    if len(paths) > 1 and (past := past_in_use()) is not None:
        past.view(con, name, paths, is_dated=True)
        return
    if paths:
        con.read_parquet([str(path) for path in paths], hive_partitioning=True).create_view(name, replace=True)
        return
    columns = [f'null::{each.sql_type} as "{each.name}"' for each in contract.columns if each.name != "date"]
    con.execute(f"create or replace temp view {name} as select {', '.join(columns)}, null::date as date where false")
