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
    try:
        con.execute(f"drop view if exists {name}")
    except duckdb.CatalogException:
        # It is a table. Asking the catalog which of the two it is takes ten times as long.
        con.execute(f"drop table if exists {name}")


def make_table(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Replace a view of that name by a temp table of its rows, in their order."""
    con.execute(f"create or replace temp table made_of_view as select * from {name}")
    drop_relation(con, name)
    con.execute(f"alter table made_of_view rename to {name}")


def count_rows(con: duckdb.DuckDBPyConnection, name: str) -> int:
    """Return how many rows a table or view has."""
    return int(con.execute(f"select count(*) from {name}").fetchall()[0][0])
