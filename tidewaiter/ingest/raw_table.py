"""The temp tables that readers fill: every promised column as text, plus where each row came from.

Belongs here: making these tables and appending rows that a reader made in Python.
Belongs elsewhere: reading delimited files (delimited.py), deciding which rows are kept (data_quality/hold.py).
"""

from collections.abc import Iterable, Mapping

import duckdb
import pyarrow as pa

from data_quality.contract import Contract, load_contract
from tidewaiter.ingest.feed import PROVENANCE, LandedFile

Row = Mapping[str, str | None]


def raw_columns(contract: Contract) -> tuple[str, ...]:
    """Return the columns of a raw table in order: as promised, then provenance."""
    return contract.column_names + tuple(name for name, _ in PROVENANCE)


def create_raw_table(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """Make the empty temp table `raw_<noun>`."""
    contract = load_contract(table)
    columns = [f"{name} VARCHAR" for name in contract.column_names]
    columns += [f"{name} {kind}" for name, kind in PROVENANCE]
    con.execute(f"create or replace temp table raw_{contract.noun} ({', '.join(columns)})")


def append_rows(con: duckdb.DuckDBPyConnection, table: str, file: LandedFile, rows: Iterable[tuple[int, Row]]) -> None:
    """Append (line, row) pairs to `raw_<noun>`; a row maps promised columns to text, absent ones are null.

    Args:
        rows: a row may also hold `reject_rule`, for what no rule of the contract can say, `raw_text` and
            `other_columns`.
    """
    contract = load_contract(table)
    lines, values = _transpose((*contract.column_names, "reject_rule", "raw_text", "other_columns"), rows)
    arrays: list[pa.Array] = [pa.array(column, pa.string()) for column in values]
    size = len(lines)
    where = [[file.name] * size, lines, [file.sha256] * size]
    kinds = (pa.string(), pa.int64(), pa.string())
    arrays[-3:-3] = [pa.array(column, kind) for column, kind in zip(where, kinds, strict=True)]
    con.register("incoming_rows", pa.table(arrays, names=list(raw_columns(contract))))
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
