"""The tables of a release: what each is made from, and how one is made, commented and digested.

Belongs here: the list of mart tables, contract-typed tables, comments, content digests.
Belongs elsewhere: rows of ref.* (reference.py) and _meta.* (meta.py), the order of the work (build.py).
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from data_quality.codes import load_codes
from data_quality.contract import Column, Contract, load_contract
from tidewaiter.engine.duckdb import count_rows, quote_text, read_sql, scan_parquet
from tidewaiter.errors import ContractError, QualityError
from tidewaiter.features.catalog import load_catalog
from tidewaiter.lake import Lake

SQL = Path(__file__).parent / "sql"
CATALOG = "release"
REASONS_IN_TEXT = 3
ROWS_AT_ONCE = 100_000

Row = tuple[Any, ...]


@dataclass(frozen=True)
class MartTable:
    """A table made by one SQL file; `source` is the lake table whose rows it has, one for one."""

    name: str
    source: str
    others: tuple[str, ...] = ()

    @property
    def made_from(self) -> tuple[str, ...]:
        return (self.source, *self.others)

    @property
    def sql(self) -> Path:
        return SQL / f"{self.name.split('.')[1]}.sql"


MART = (
    MartTable("mart.queue", "queue.item"),
    MartTable("mart.queue_summary", "queue.summary"),
    MartTable("mart.fairness", "score.fairness"),
    MartTable("mart.shipment", "score.shipment", ("core.shipment",)),
    MartTable("mart.change", "party.change"),
    MartTable("mart.link", "queue.link"),
    MartTable("mart.landed_file", "core.landed_file"),
    MartTable("mart.quality_result", "quality.result"),
    MartTable("mart.quality_measure", "quality.measure"),
    MartTable("mart.compliance_signal", "core.compliance_signal", ("core.shipment",)),
    MartTable("mart.line_duty", "core.line_duty"),
)
SOURCES = tuple(dict.fromkeys(source for table in MART for source in table.made_from))


def open_sources(con: duckdb.DuckDBPyConnection, lake: Lake, on: date) -> None:
    """Make a view `<layer>_<noun>` over the date's partition of every lake table that a release reads, and `port_name`.

    Raises:
        PartitionMissingError: one of them has not been published.
    """
    for source in SOURCES:
        scan_parquet(con, source.replace(".", "_"), [lake.existing(source, on)], load_contract(source))
    ports = load_codes()["port"]
    con.register("port_name", pl.DataFrame({"code": list(ports), "meaning": list(ports.values())}).to_arrow())


def make_mart(con: duckdb.DuckDBPyConnection, table: MartTable, on: date) -> int:
    """Make a mart table from its SQL file; return its rows.

    Raises:
        QualityError: it does not have a row for each row of its source.
    """
    query = read_sql(table.sql)
    values = {"on": on, "reasons_n": REASONS_IN_TEXT, "facts": list(load_catalog().columns)}
    bound = {name: value for name, value in values.items() if f"${name}" in query}
    rows_n = fill_table(con, load_contract(table.name), f"({query})", bound)
    expected_n = count_rows(con, table.source.replace(".", "_"))
    if rows_n != expected_n:
        raise QualityError(
            f"{table.name} has {rows_n:,} rows for {expected_n:,} of {table.source}.",
            fix=f"make {', '.join(table.made_from)} of the same night and build again",
        )
    return rows_n


def make_from_rows(con: duckdb.DuckDBPyConnection, name: str, rows: Iterable[Row]) -> int:
    """Make a table from rows whose values are in the order of its contract's columns; return its rows."""
    contract = load_contract(name)
    frame = pl.DataFrame(list(rows), schema=list(contract.column_names), orient="row", infer_schema_length=None)
    con.register("given", frame.to_arrow())
    rows_n = fill_table(con, contract, "given")
    con.unregister("given")
    return rows_n


def fill_table(
    con: duckdb.DuckDBPyConnection, contract: Contract, relation: str, bound: Mapping[str, Any] | None = None
) -> int:
    """Make the contract's table in the release from a relation: its columns and types, rows in key order, comments.

    Args:
        bound: values of the relation's parameters.

    Raises:
        ContractError: the contract lets personal data in.
        QualityError: two rows have the same key.
    """
    if contract.personal_names:
        personal = ", ".join(sorted(contract.personal_names))
        raise ContractError(f"{contract.table}: {personal}: personal data has no place in a release.")
    target = f"{CATALOG}.{contract.table}"
    columns = ", ".join(f'"{column.name}"::{column.sql_type}' for column in contract.columns)
    keys = ", ".join(f'"{name}"' for name in contract.key)
    con.execute(f"create table {target} ({_column_definitions(contract)})")
    con.execute(f"insert into {target} select {columns} from {relation} order by {keys}", bound)
    rows_n = count_rows(con, target)
    distinct_n = count_rows(con, f"(select distinct {keys} from {target})")
    if distinct_n != rows_n:
        raise QualityError(f"{contract.table} has {rows_n:,} rows and {distinct_n:,} keys ({', '.join(contract.key)}).")
    _comment(con, contract)
    return rows_n


def _column_definitions(contract: Contract) -> str:
    parts = (f'"{each.name}" {each.sql_type}{" not null" if each.required else ""}' for each in contract.columns)
    return ", ".join(parts)


def _comment(con: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    target = f"{CATALOG}.{contract.table}"
    text = f"{contract.description} One row: {contract.grain}."
    con.execute(f"comment on table {target} is {quote_text(text)}")
    for column in contract.columns:
        con.execute(f'comment on column {target}."{column.name}" is {quote_text(describe_column(column))}')


def describe_column(column: Column) -> str:
    """Return a column's meaning with its unit, as a comment states it."""
    return f"{column.description} ({column.unit})" if column.unit else column.description


def check_comments(con: duckdb.DuckDBPyConnection) -> None:
    """Raise ContractError unless every table and column of the release has a comment."""
    bare = con.execute(
        "select concat_ws('.', schema_name, table_name) as place from duckdb_tables() "
        "where database_name = $catalog and coalesce(trim(comment), '') = '' "
        "union all select concat_ws('.', schema_name, table_name, column_name) from duckdb_columns() "
        "where database_name = $catalog and coalesce(trim(comment), '') = '' order by place",
        {"catalog": CATALOG},
    ).fetchall()
    if bare:
        raise ContractError(f"no comment on {', '.join(place for (place,) in bare)}.", fix="describe them in contracts")


def digest_rows(con: duckdb.DuckDBPyConnection, contract: Contract) -> str:
    """Return a SHA-256 over column names, types and rows in key order: the same content, the same digest."""
    digest = hashlib.sha256("\n".join(f"{each.name} {each.sql_type}" for each in contract.columns).encode())
    keys = ", ".join(f'"{name}"' for name in contract.key)
    row_digest = digest_row(contract.column_names)
    rows = con.execute(f"select {row_digest} from {CATALOG}.{contract.table} order by {keys}")
    while batch := rows.fetchmany(ROWS_AT_ONCE):
        digest.update("".join(found for (found,) in batch).encode())
    return digest.hexdigest()


def digest_row(columns: Iterable[str]) -> str:
    """Return the SQL of a SHA-256 over a row's values as a JSON list."""
    values = ", ".join(f'"{name}"' for name in columns)
    return f"sha256(json_array({values})::varchar)"
