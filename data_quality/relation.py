"""Tables and views of a connection by name, whichever of the two they are.

Belongs here: telling them apart, counting and dropping them.
Belongs elsewhere: what is in them.
"""

import duckdb


def is_table(con: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Return whether there is a table of that name, temporary or not; a view is none."""
    found = con.execute("select count(*) from duckdb_tables() where table_name = $name", {"name": name}).fetchall()
    return bool(found[0][0])


def drop_relation(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Leave no table and no view of that name."""
    con.execute(f"drop {'table' if is_table(con, name) else 'view'} if exists {name}")


def count_rows(con: duckdb.DuckDBPyConnection, name: str) -> int:
    """Return how many rows a table or view has."""
    return int(con.execute(f"select count(*) from {name}").fetchall()[0][0])
