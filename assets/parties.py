"""Resolved parties, the entities behind each shipment, their daily sums, watch-list hits, words of goods texts.

Belongs here: the party tables of a date.
Belongs elsewhere: resolving and screening (tidewaiter/parties).
"""

from collections.abc import Iterator

import dagster as dg

from assets.table import Event, name_outputs, publish_tables, spec_checks, spec_table
from pipelines.resources import Workspace
from tidewaiter.night.scoring import make_changes, make_hits, make_network, make_parties, make_pictures, make_words
from tidewaiter.night.table import find_stage

GROUP = "parties"
PARTIES, HITS, CHANGES = find_stage("resolved_parties"), find_stage("list_hits"), find_stage("changes")
NETWORK, PICTURES = find_stage("party_network"), find_stage("pictures")
WORDS = find_stage("learned_words")


@dg.multi_asset(
    specs=[
        spec_table(table, group=GROUP, owner="targeting", kinds={"duckdb", "polars"}, deps=PARTIES.inputs)
        for table in PARTIES.outputs
    ],
    check_specs=spec_checks(PARTIES.outputs),
)
def resolved_parties(context: dg.AssetExecutionContext, workspace: Workspace) -> Iterator[Event]:
    """Each spelling to a party, each shipment to its entities, each entity to its sums of the date."""
    with workspace.open(context) as work:
        yield from publish_tables(work, name_outputs(make_parties(work)))


@dg.multi_asset(
    specs=[
        spec_table(table, group=GROUP, owner="targeting", kinds={"duckdb", "polars"}, deps=HITS.inputs)
        for table in HITS.outputs
    ],
    check_specs=spec_checks(HITS.outputs),
)
def list_hits(context: dg.AssetExecutionContext, workspace: Workspace) -> Iterator[Event]:
    """Party names of the date that equal a listed name."""
    with workspace.open(context) as work:
        yield from publish_tables(work, name_outputs(make_hits(work)))


@dg.multi_asset(
    specs=[
        spec_table(table, group=GROUP, owner="targeting", kinds={"duckdb"}, deps=CHANGES.inputs)
        for table in CHANGES.outputs
    ],
    check_specs=spec_checks(CHANGES.outputs),
)
def changes(context: dg.AssetExecutionContext, workspace: Workspace) -> Iterator[Event]:
    """What is usual of each watched entity as of the date, and which have moved from it."""
    with workspace.open(context) as work:
        yield from publish_tables(work, name_outputs(make_changes(work)))


@dg.multi_asset(
    specs=[
        spec_table(table, group=GROUP, owner="targeting", kinds={"duckdb"}, deps=NETWORK.inputs)
        for table in NETWORK.outputs
    ],
    check_specs=spec_checks(NETWORK.outputs),
)
def party_network(context: dg.AssetExecutionContext, workspace: Workspace) -> Iterator[Event]:
    """What the parties of the date share with others, and what is known of those."""
    with workspace.open(context) as work:
        yield from publish_tables(work, name_outputs(make_network(work)))


@dg.multi_asset(
    specs=[
        spec_table(table, group=GROUP, owner="targeting", kinds={"duckdb"}, deps=PICTURES.inputs)
        for table in PICTURES.outputs
    ],
    check_specs=spec_checks(PICTURES.outputs),
)
def pictures(context: dg.AssetExecutionContext, workspace: Workspace) -> Iterator[Event]:
    """The neighbourhood of each selected shipment."""
    with workspace.open(context) as work:
        yield from publish_tables(work, name_outputs(make_pictures(work)))


@dg.multi_asset(
    specs=[
        spec_table(table, group=GROUP, owner="targeting", kinds={"polars"}, deps=WORDS.inputs)
        for table in WORDS.outputs
    ],
    check_specs=spec_checks(WORDS.outputs),
)
def learned_words(context: dg.AssetExecutionContext, workspace: Workspace) -> Iterator[Event]:
    """What each word of goods texts has been declared under, by clear entries and by the tariff."""
    with workspace.open(context) as work:
        yield from publish_tables(work, name_outputs(make_words(work)))


PARTY_ASSETS = [resolved_parties, list_hits, changes, party_network, learned_words, pictures]
