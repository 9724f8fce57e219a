"""Rows of a release stand in key order: they are copied as they stand, and digested in that order."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from data_quality.contract import load_contract
from tidewaiter.engine.duckdb import ROW_GROUP_ROWS, open_connection, write_table
from tidewaiter.policy import load_policy
from tidewaiter.release.table import CATALOG, digest_row, digest_rows, fill_table
from tidewaiter.settings import SHIPPED_POLICY

CODES = load_contract("ref.mode")
TABLE = f"{CATALOG}.{CODES.table}"
# Several row groups, and threads that write and read them side by side.
ROWS = 3 * ROW_GROUP_ROWS + 7


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with a table of a release, filled from rows in no order."""
    with open_connection(load_policy(SHIPPED_POLICY).engine, tmp_path) as connection:
        connection.execute(f"attach '{tmp_path / 'made.duckdb'}' as {CATALOG}")
        connection.execute(f"create schema {CATALOG}.ref")
        connection.execute(f"""
            create temp table made as
            select i::varchar as mode_code, 'mode ' || i as meaning from range({ROWS}) as made(i) order by hash(i)
        """)
        fill_table(connection, CODES, "made")
        yield connection


def test_a_digest_is_that_of_the_rows_in_key_order(con: duckdb.DuckDBPyConnection) -> None:
    heading = "\n".join(f"{each.name} {each.sql_type}" for each in CODES.columns)
    query = f"select {digest_row(CODES.column_names)} from made order by mode_code"
    digests = "".join(text for (text,) in con.execute(query).fetchall())

    assert digest_rows(con, CODES) == hashlib.sha256((heading + digests).encode()).hexdigest()


def test_a_digest_of_no_rows_is_that_of_the_columns(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(f"delete from {TABLE}")
    heading = "\n".join(f"{each.name} {each.sql_type}" for each in CODES.columns)
    assert digest_rows(con, CODES) == hashlib.sha256(heading.encode()).hexdigest()


def test_a_table_that_is_copied_as_it_stands_is_the_file_of_the_sorted_one(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    as_it_stands, ordered, unordered = (tmp_path / f"{name}.parquet" for name in ("stands", "ordered", "unordered"))

    assert write_table(con, TABLE, CODES, as_it_stands, is_ordered=True) == ROWS
    write_table(con, "made", CODES, ordered)
    write_table(con, "made", CODES, unordered, is_ordered=True)

    assert as_it_stands.read_bytes() == ordered.read_bytes() != unordered.read_bytes()
