"""Rows that belong to another row which is not there: a container of no bill, an alias of no entity.

Belongs here: holding the rows that a link of the feed leaves alone.
Belongs elsewhere: rules that a row breaks by itself (data_quality/hold.py).
"""

import duckdb

from data_quality.contract import load_contract
from tidewaiter.ingest.feed import Link


def hold_orphans(con: duckdb.DuckDBPyConnection, links: tuple[Link, ...]) -> None:
    """Move each kept row whose parent is not kept to its held table, with the rule `orphan_<noun of the child>`."""
    for link in links:
        child, parent = load_contract(link.child), load_contract(link.parent)
        con.execute(
            f"""
            create or replace temp table orphan as
            select source_file, source_line from kept_{child.noun}
            anti join kept_{parent.noun} using ({", ".join(link.columns)})
            """
        )
        as_read = ", ".join(f"{name} := {name}" for name in child.column_names)
        con.execute(
            f"""
            insert into held_{child.noun}
            select source_file, source_line, source_sha256, $record,
                coalesce(raw_text, to_json(struct_pack({as_read}))::varchar), [$rule]
            from raw_{child.noun} semi join orphan using (source_file, source_line)
            order by source_file, source_line
            """,
            {"record": child.table, "rule": f"orphan_{child.noun}"},
        )
        con.execute(f"delete from kept_{child.noun} where (source_file, source_line) in (from orphan)")
        con.execute("drop table orphan")
