"""The family `network`: what is near the parties of a shipment.

Belongs here: from parties to shipments, the same goods text at one address.
Belongs elsewhere: the network of the date (tidewaiter/parties/network.py), the SQL of the family (sql/network.sql).
"""

import duckdb

from tidewaiter.engine.duckdb import read_sql
from tidewaiter.engine.keyed import run_keyed
from tidewaiter.features.keyed import NETWORK, SQL
from tidewaiter.features.request import FeatureRequest, scan_date

RELATIONS = {"tonight": "core_shipment", "near": "near_shipment", "same_text": "same_text_shipment"}


def compute_network(con: duckdb.DuckDBPyConnection, request: FeatureRequest) -> str:
    """Make the family's temp table and return its name."""
    for table in ("core.shipment", "core.shipment_party", "party.shipment_entity", "party.network"):
        scan_date(con, request, table)
    for table in ("near_shipment", "same_text_shipment"):
        con.execute(f"create or replace temp table {table} as {read_sql(SQL / f'{table}.sql')}")
    return run_keyed(con, NETWORK, request.policy.engine.buckets, RELATIONS)
