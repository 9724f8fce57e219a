"""Resolved parties, the entities behind each shipment, their daily sums, watch-list hits, words of goods texts.

Belongs here: the party tables of a date.
Belongs elsewhere: resolving and screening (tidewaiter/parties).
"""

from collections.abc import Callable, Iterator

import dagster as dg

from assets.table import Event, name_outputs, publish_tables, spec_checks, spec_table
from pipelines.resources import Work, Workspace
from tidewaiter.night.scoring import make_changes, make_hits, make_network, make_parties, make_pictures, make_words
from tidewaiter.night.stage import Made
from tidewaiter.night.table import find_stage

GROUP = "parties"
SQL, BOTH, FRAMES = frozenset({"duckdb"}), frozenset({"duckdb", "polars"}), frozenset({"polars"})


def build_stage_asset(
    name: str, make: Callable[[Work], Made], kinds: frozenset[str], description: str
) -> dg.AssetsDefinition:
    """Return the asset of the stage of that name."""
    stage = find_stage(name)

    @dg.multi_asset(
        name=name,
        description=description,
        specs=[
            spec_table(table, group=GROUP, owner="targeting", kinds=set(kinds), deps=stage.inputs)
            for table in stage.outputs
        ],
        check_specs=spec_checks(stage.outputs),
    )
    def compute(context: dg.AssetExecutionContext, workspace: Workspace) -> Iterator[Event]:
        with workspace.open(context) as work:
            yield from publish_tables(work, name_outputs(make(work)))

    return compute


PARTY_ASSETS = [
    build_stage_asset(*stage)
    for stage in (
        (
            "resolved_parties", make_parties, BOTH,
            "Each spelling to a party, each shipment to its entities, each entity to its sums of the date.",
        ),
        (
            "list_hits", make_hits, BOTH,
            "Party names, addresses and goods texts of the date that are like a listed one.",
        ),
        (
            "changes", make_changes, SQL,
            "What is usual of each watched entity as of the date, and which have moved from it.",
        ),
        (
            "party_network", make_network, SQL,
            "What the parties of the date share with others, and what is known of those.",
        ),
        (
            "learned_words", make_words, FRAMES,
            "What each word of goods texts has been declared under, by clear entries and by the tariff.",
        ),
        ("pictures", make_pictures, SQL, "The neighbourhood of each selected shipment."),
    )
]  # fmt: skip
