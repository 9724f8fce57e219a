"""Dated lists to reference tables: watch lists, tariffs, places, as they are in force on the date.

Belongs here: one asset for each kind of list.
Belongs elsewhere: reading and mapping (tidewaiter/ingest), screening against lists (parties.py).
"""

from collections.abc import Iterator

import dagster as dg

from assets.landing import register_code_tables
from assets.manifests import keep, keep_checks, keep_spec, raw_asset
from assets.table import Event, Output, publish_tables, spec_checks, spec_table
from pipelines.resources import Work, Workspace
from tidewaiter.ingest.feed import Feed
from tidewaiter.ingest.reference import group_lists, list_tables, map_reference
from tidewaiter.ingest.registry import FEEDS

GROUP = "reference"


def build_list_asset(kind: str, feeds: tuple[Feed, ...]) -> dg.AssetsDefinition:
    """Return the asset of one kind of list: the held rows of each, and the tables that they fill together."""
    tables = list_tables(feeds)

    @dg.multi_asset(
        name=f"{kind}_in_force",
        specs=[keep_spec(feed, GROUP) for feed in feeds] + [_table_spec(table, feeds) for table in tables],
        check_specs=[check for feed in feeds for check in keep_checks(feed)] + spec_checks(tables),
    )
    def lists(context: dg.AssetExecutionContext, workspace: Workspace) -> Iterator[Event]:
        with workspace.open(context) as work:
            yield from publish_tables(work, _build_outputs(work, feeds, tables))

    return lists


def _table_spec(table: str, feeds: tuple[Feed, ...]) -> dg.AssetSpec:
    deps = [raw_asset(feed) for feed in feeds if table in feed.core_tables]
    return spec_table(table, group=GROUP, owner="targeting", kinds={"duckdb"}, deps=deps)


def _build_outputs(work: Work, feeds: tuple[Feed, ...], tables: tuple[str, ...]) -> list[Output]:
    register_code_tables(work)
    held = [keep(work, feed) for feed in feeds]
    for table in tables:
        map_reference(work.con, table, feeds)
    return [*held, *(Output(table, table.replace(".", "_")) for table in tables)]


REFERENCE_ASSETS = [build_list_asset(kind, feeds) for kind, feeds in group_lists(FEEDS).items()]
