"""DuckDB as Great Expectations can use it: the SQLAlchemy dialect `duckdb+gx://`, over a connection already open.

Belongs here: what the installed duckdb-engine dialect lacks for Great Expectations.
Belongs elsewhere: running expectations (engine.py).
"""

from typing import Any

import duckdb
import duckdb_engine
from sqlalchemy import BindParameter, text
from sqlalchemy.dialects.postgresql.base import PGCompiler
from sqlalchemy.types import NullType

COLUMNS = text("select column_name, data_type from duckdb_columns() where table_name = :name order by column_index")


class EagerCursor(duckdb_engine.CursorWrapper):
    """A cursor that owns its rows: Great Expectations reads them after the connection is back in the pool."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, wrapper: duckdb_engine.ConnectionWrapper) -> None:
        super().__init__(connection, wrapper)
        self._connection = connection
        self._rows: list[Any] = []
        self.description: list[Any] | None = None

    def execute(self, statement: str, parameters: Any = None, context: Any = None) -> None:
        super().execute(statement, parameters, context)
        self.description = self._connection.description
        self._rows = self._connection.fetchall() if self.description else []

    def fetchone(self) -> Any:
        return self._rows.pop(0) if self._rows else None

    def fetchmany(self, size: int | None = None) -> list[Any]:
        taken, self._rows = self._rows[: size or 1], self._rows[size or 1 :]
        return taken

    def fetchall(self) -> list[Any]:
        taken, self._rows = self._rows, []
        return taken


class BorrowedConnection(duckdb_engine.ConnectionWrapper):
    """The caller's DuckDB connection; closing it is the caller's business."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        super().__init__(connection)
        self._connection = connection

    def cursor(self) -> EagerCursor:
        return EagerCursor(self._connection, self)

    def close(self) -> None:
        pass


class NamedType(NullType):
    """A column type that is only a name: DuckDB's own, which SQLAlchemy's types would change (`DOUBLE` to `FLOAT`)."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def __str__(self) -> str:
        return self.name


class QuotingPreparer(duckdb_engine.DuckDBIdentifierPreparer):
    """Quotes every name: DuckDB's list of reserved words lacks some that do not parse bare, such as `at`."""

    def _requires_quotes(self, _value: str) -> bool:
        return True


class ListCompiler(PGCompiler):
    """Looks values up in a list: inside an aggregate DuckDB compares `not in (…)` code by code, 100 times as slow."""

    def visit_not_in_op_binary(self, binary: Any, operator: Any, **kw: Any) -> str:
        if not isinstance(binary.right, BindParameter):
            return str(super().visit_not_in_op_binary(binary, operator, **kw))  # type: ignore[no-untyped-call]
        return f"(not list_contains(list_value{self.process(binary.right, **kw)}, {self.process(binary.left, **kw)}))"


class Dialect(duckdb_engine.Dialect):
    """The dialect behind `duckdb+gx://`.

    Its transactions are the caller's. Columns come from DuckDB's own catalog, and uncached, as every table in turn is
    the same view.
    """

    driver = "gx"
    preparer = QuotingPreparer
    statement_compiler = ListCompiler
    supports_statement_cache = False
    DremioDialect = True  # its regular expressions are DuckDB's: regexp_matches

    def do_begin(self, *_: Any) -> None:
        pass

    def do_commit(self, *_: Any) -> None:
        pass

    def do_rollback(self, *_: Any) -> None:
        pass

    def get_pk_constraint(self, *_: Any, **__: Any) -> Any:
        return {"constrained_columns": [], "name": None}

    def get_columns(self, connection: Any, table_name: str, *_: Any, **__: Any) -> Any:
        columns = connection.execute(COLUMNS.bindparams(name=str(table_name)))
        return [{"name": name, "type": NamedType(kind), "nullable": True, "default": None} for name, kind in columns]
