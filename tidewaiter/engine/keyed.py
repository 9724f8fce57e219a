"""Key-local SQL: the rows of a key depend only on input rows with that key, plus broadcast tables.

Belongs here: the promise (KeyedSQL) and running it over hash buckets.
Belongs elsewhere: the SQL of each family (tidewaiter/features/sql).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tidewaiter.engine.duckdb import read_sql


@dataclass(frozen=True)
class KeyedSQL:
    """A query over inputs that all have the key columns.

    Attributes:
        inputs: names the SQL reads, each with every column of `key`.
        broadcast: names of small tables that every bucket reads whole.
        schema: column -> DuckDB type of the result, in order.
    """

    name: str
    sql: Path
    key: tuple[str, ...]
    inputs: tuple[str, ...]
    broadcast: tuple[str, ...]
    schema: Mapping[str, str]


def run_keyed(con: duckdb.DuckDBPyConnection, keyed: KeyedSQL, buckets: int, relations: Mapping[str, str]) -> str:
    """Fill and return the temp table `keyed_<name>`; its rows are the same whatever the number of buckets.

    Args:
        relations: table or view of the connection for each name of `inputs` and `broadcast`.
    """
    target = f"keyed_{keyed.name}"
    columns = ", ".join(f'"{name}" {kind}' for name, kind in keyed.schema.items())
    con.execute(f"create or replace temp table {target} ({columns})")
    _bind_views(con, keyed.broadcast, relations, "")
    for bucket in range(buckets):
        _bind_views(con, keyed.inputs, relations, _bucket_filter(keyed.key, bucket, buckets))
        names = ", ".join(f'"{name}"' for name in keyed.schema)
        con.execute(f"insert into {target} select {names} from ({read_sql(keyed.sql)})")
    for name in (*keyed.inputs, *keyed.broadcast):
        con.execute(f"drop view if exists {name}")
    return target


def _bind_views(
    con: duckdb.DuckDBPyConnection, names: tuple[str, ...], relations: Mapping[str, str], where: str
) -> None:
    for name in names:
        con.execute(f"create or replace temp view {name} as select * from {relations[name]} {where}")


def _bucket_filter(key: tuple[str, ...], bucket: int, buckets: int) -> str:
    if buckets == 1:
        return ""
    return f"where hash({', '.join(key)}) % {buckets} = {bucket}"
