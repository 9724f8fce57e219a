"""Resolved parties, the entities behind each shipment, their daily sums and watch-list hits.

Belongs here: the party tables of a date.
Belongs elsewhere: resolving and screening (tidewaiter/parties).
"""

from collections.abc import Iterator

import dagster as dg

from assets.table import Event, Output, publish_tables, scan_tables, spec_checks, spec_table
from pipelines.resources import Workspace
from tidewaiter.parties.change import CHANGE_TABLES, find_changes
from tidewaiter.parties.history import HISTORY_TABLES, sum_days
from tidewaiter.parties.resolve import PARTY_TABLES, resolve_parties
from tidewaiter.parties.screen import screen_parties

GROUP = "parties"
CORE_INPUTS = ("core.shipment", "core.shipment_party", "core.shipment_version")
TABLES = (*PARTY_TABLES, *HISTORY_TABLES)
CHANGE_INPUTS = ("party.entity_day", "party.mix_day", "party.shipment_entity", "feature.entity")
HIT = "party.hit"
HIT_INPUTS = ("core.shipment_party", "party.alias", "reference.watchlist_entry")


@dg.multi_asset(
    specs=[
        spec_table(table, group=GROUP, owner="targeting", kinds={"duckdb", "polars"}, deps=CORE_INPUTS)
        for table in TABLES
    ],
    check_specs=spec_checks(TABLES),
)
def resolved_parties(context: dg.AssetExecutionContext, workspace: Workspace) -> Iterator[Event]:
    """Each spelling to a party, each shipment to its entities, each entity to its sums of the date."""
    with workspace.open(context) as work:
        scan_tables(work, CORE_INPUTS)
        resolve_parties(work.con, work.policy.words)
        sum_days(work.con, work.lake, work.on)
        yield from publish_tables(work, [Output(table, table.replace(".", "_")) for table in TABLES])


@dg.multi_asset(
    specs=[spec_table(HIT, group=GROUP, owner="targeting", kinds={"duckdb", "polars"}, deps=HIT_INPUTS)],
    check_specs=spec_checks([HIT]),
)
def list_hits(context: dg.AssetExecutionContext, workspace: Workspace) -> Iterator[Event]:
    """Party names of the date that equal a listed name."""
    with workspace.open(context) as work:
        scan_tables(work, HIT_INPUTS)
        screen_parties(work.con, work.policy.words)
        yield from publish_tables(work, [Output(HIT, "party_hit")])


@dg.multi_asset(
    specs=[
        spec_table(table, group=GROUP, owner="targeting", kinds={"duckdb"}, deps=CHANGE_INPUTS)
        for table in CHANGE_TABLES
    ],
    check_specs=spec_checks(CHANGE_TABLES),
)
def changes(context: dg.AssetExecutionContext, workspace: Workspace) -> Iterator[Event]:
    """What is usual of each watched entity as of the date, and which have moved from it."""
    with workspace.open(context) as work:
        scan_tables(work, CHANGE_INPUTS)
        find_changes(work.con, work.lake, work.on, work.policy.change)
        yield from publish_tables(work, [Output(table, table.replace(".", "_")) for table in CHANGE_TABLES])


PARTY_ASSETS = [resolved_parties, list_hits, changes]
