"""Who is near tonight's parties: what they share with others, and what is known of those.

Belongs here: party.edge_day, party.edge and party.network of a date.
Belongs elsewhere: arithmetic on graphs (graph.py), features (tidewaiter/features), pictures (picture.py).
"""

from collections.abc import Iterable
from datetime import date

import duckdb
import numpy as np
import polars as pl

from data_quality.contract import load_contract
from tidewaiter.engine.duckdb import read_sql, scan_dated, scan_parquet
from tidewaiter.lake import Lake
from tidewaiter.parties.graph import Figures, Graph, find_communities, find_components, number_edges, spread_risk
from tidewaiter.parties.history import SQL
from tidewaiter.parties.merged import register_became, rename_edges, rename_exams, rename_hits
from tidewaiter.parties.network_policy import Allowed, Network

EDGE_DAY, HIT = "party.edge_day", "party.hit"
NETWORK_TABLES = (EDGE_DAY, "party.edge", "party.network")
OUTCOME = "outcome.entity_outcome"


def find_network(con: duckdb.DuckDBPyConnection, lake: Lake, on: date, policy: Network, prior_rate: float) -> None:
    """Make the temp tables `party_edge_day`, `party_edge` and `party_network`.

    Reads the views core_shipment_party, party_alias, party_shipment_entity and party_hit of the date, edges and hits of
    the window before it, and what exams before it found.

    Args:
        prior_rate: finding rate of all exams while none is known.
    """
    scan_dated(con, "edge_past", lake.window(EDGE_DAY, on, policy.window_days), load_contract(EDGE_DAY))
    scan_parquet(con, "hit_past", lake.window(HIT, on, policy.window_days), load_contract(HIT))
    scan_parquet(con, "entity_outcome", lake.through(OUTCOME, on), load_contract(OUTCOME))
    if register_became(con, lake, on):
        rename_exams(con)
        rename_edges(con)
        rename_hits(con)
    _set_clock(con, on, policy, prior_rate)
    con.register("allowed_text", list_allowed(policy.allowed).to_arrow())
    _make(con, {"allowed_identifier": "allowed_identifier", "filed_party": "filed_party"})
    _make(con, {"identifier": "identifier", "edge_day": "party_edge_day"})
    _make(con, {"edge_seen": "edge_seen", "identifier_degree": "identifier_degree", "edge": "party_edge"})
    _make(con, {"party_seed": "party_seed"})
    _register_graph(con, policy)
    con.execute("create or replace temp table party_name as select distinct party_key, party_id from edge_seen")
    _make(con, {"near": "near", "listed_path": "listed_path", "network": "party_network"})


def list_allowed(allowed: Allowed) -> pl.DataFrame:
    """Return the policy's texts of identifiers that are shared for good reasons, one row a text."""
    rows = [(kind, text) for kind, texts in allowed.model_dump().items() for text in texts]
    return pl.DataFrame(rows, {"identifier_kind": pl.String, "text": pl.String}, orient="row")


def _make(con: duckdb.DuckDBPyConnection, tables: dict[str, str]) -> None:
    """Make a temp table of each SQL file."""
    for file, table in tables.items():
        con.execute(f"create or replace temp table {table} as {read_sql(SQL / f'{file}.sql')}")


def _set_clock(con: duckdb.DuckDBPyConnection, on: date, policy: Network, prior_rate: float) -> None:
    con.execute(
        """
        create or replace temp table network_clock as
        select $today::date as today, $new_days::integer as new_days, $hub_parties_n::bigint as hub_parties_n,
            $record_prior_n::double as record_prior_n,
            coalesce(sum(findings_n) / nullif(sum(exams_n), 0), $prior_rate)::double as finding_rate
        from entity_outcome where known_on < $today and entity_kind = 'lane'
        """,
        {
            "today": on,
            "new_days": policy.new_days,
            "hub_parties_n": policy.hub_parties_n,
            "record_prior_n": policy.record_prior_n,
            "prior_rate": prior_rate,
        },
    )


def _register_graph(con: duckdb.DuckDBPyConnection, policy: Network) -> None:
    """Make the tables `component` and `spread_risk` of the edges in `party_edge` and the risks in `party_seed`."""
    whole = _read_graph(con, None)
    risk = spread_risk(whole, _read_seed(con, whole), policy.step_share)
    _make_of_frame(con, "spread_risk", pl.DataFrame({"party_key": whole.party_keys, "risk": risk}))
    graph = _read_graph(con, policy.component_kinds)
    component = find_components(graph)
    community = find_communities(graph, component, policy.community_min_n, policy.community_rounds_n)
    labels = {"party_key": graph.party_keys, "component_id": component, "community_id": community}
    _make_of_frame(con, "component", pl.DataFrame(labels))


def _make_of_frame(con: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame) -> None:
    """Make a temp table of a frame: an Arrow relation cannot be filtered by unsigned keys, as a join does."""
    con.register("given", frame.to_arrow())
    con.execute(f"create or replace temp table {table} as select * from given")
    con.unregister("given")


def _read_graph(con: duckdb.DuckDBPyConnection, kinds: Iterable[str] | None) -> Graph:
    """Return the graph of the edges, or of those to the kinds of identifiers."""
    wanted = None if kinds is None else sorted(kinds)
    query = """
        select party_key, identifier_key from party_edge
        where $kinds is null or identifier_kind in (select unnest($kinds))
        order by party_key, identifier_key
    """
    edges = con.execute(query, {"kinds": wanted}).fetchnumpy()
    parties = np.asarray(edges["party_key"], dtype=np.uint64)
    return number_edges(parties, np.asarray(edges["identifier_key"], dtype=np.uint64))


def _read_seed(con: duckdb.DuckDBPyConnection, graph: Graph) -> Figures:
    """Return the risk of each party: 1 of one that is listed, else its finding share where it was examined."""
    found = con.execute("""
        select party_key, greatest(is_listed::double,
            coalesce(findings_n / nullif(exams_n + record_prior_n, 0), 0)::double) as risk
        from party_seed cross join network_clock order by party_key
    """).fetchnumpy()
    keys, risk = np.asarray(found["party_key"], dtype=np.uint64), np.zeros(graph.parties_n)
    _, place, given = np.intersect1d(graph.party_keys, keys, assume_unique=True, return_indices=True)
    risk[place] = np.asarray(found["risk"], dtype=np.float64)[given]
    return risk
