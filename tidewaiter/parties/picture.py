"""The neighbourhood of selected shipments as edges of a picture.

Belongs here: queue.link of a date.
Belongs elsewhere: the network that it shows (network.py), drawing it (tidewaiter/review).
"""

from datetime import date

import duckdb

from data_quality.contract import load_contract
from tidewaiter.engine.duckdb import read_sql, scan_parquet
from tidewaiter.lake import Lake
from tidewaiter.parties.history import SQL
from tidewaiter.parties.merged import register_became, rename_exams
from tidewaiter.parties.network import OUTCOME
from tidewaiter.parties.network_policy import Network

PICTURE = "queue.link"
PICTURE_INPUTS = ("queue.item", "party.shipment_entity", "party.party", "party.edge", "party.network")


def draw_pictures(con: duckdb.DuckDBPyConnection, lake: Lake, on: date, policy: Network) -> str:
    """Make the temp table `queue_link` from the date's views of PICTURE_INPUTS, and return its name."""
    scan_parquet(con, "entity_outcome", lake.through(OUTCOME, on), load_contract(OUTCOME))
    if register_became(con, lake, on):
        rename_exams(con)
    con.execute(
        "create or replace temp table picture_clock as select $today::date as today, $edges_n::bigint as edges_n",
        {"today": on, "edges_n": policy.picture_edges_n},
    )
    con.execute(f"create or replace temp table queue_link as {read_sql(SQL / 'picture.sql')}")
    return "queue_link"
