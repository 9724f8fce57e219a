"""Rows that belong to another row which is not there: a container of no bill, an alias of no entity.

Belongs here: holding the rows that a link of the feed leaves alone.
Belongs elsewhere: rules that a row breaks by itself (data_quality/hold.py).
"""

import duckdb

from data_quality.contract import load_contract
from data_quality.twin import hold_more
from tidewaiter.ingest.feed import Link


def hold_orphans(con: duckdb.DuckDBPyConnection, links: tuple[Link, ...]) -> None:
    """Move each kept row whose parent is not kept to its held table, with the rule `orphan_<noun of the child>`."""
    for link in links:
        child, parent = load_contract(link.child), load_contract(link.parent)
        con.execute(
            f"""
            create or replace temp table orphan as select raw_row from kept_numbered_{child.noun}
            anti join kept_{parent.noun} using ({", ".join(link.columns)})
            """
        )
        hold_more(con, child, f"numbered_{child.noun}", "orphan", f"orphan_{child.noun}")
        con.execute("drop table orphan")
