"""Dated lists to reference tables: watch lists, tariffs, places, as they are in force on the date.

Belongs here: one asset for each kind of list, and the checks on which copy of each is in use.
Belongs elsewhere: reading and mapping (tidewaiter/ingest), screening against lists (parties.py).
"""

from collections.abc import Iterator, Sequence

import dagster as dg

from assets.manifests import RAW_ASSETS, describe_held, keep_checks, keep_spec, raw_asset
from assets.table import Event, Output, asset_key, publish_tables, spec_checks, spec_table
from pipelines.resources import Work, Workspace
from tidewaiter.ingest.feed import Feed
from tidewaiter.ingest.reference import count_out_of_force, find_code, list_tables
from tidewaiter.ingest.registry import FEEDS
from tidewaiter.ingest.snapshot import ListState
from tidewaiter.night.landing import make_lists
from tidewaiter.night.table import CODE_LISTS, LIST_KINDS

GROUP = "reference"
LIST_CHECKS = {
    "newest_in_use": "The newest copy of each list that landed is in use; an earlier one while its files are refused.",
    "lists_landed": "A copy of each list has landed; of one that has not, the table has no row.",
    "lists_recent": "No list in use is older than `max_list_age_days` of policy/ingest.yml.",
}


def build_list_asset(kind: str, feeds: tuple[Feed, ...]) -> dg.AssetsDefinition:
    """Return the asset of one kind of list: the held rows of each, and the tables that they fill together."""
    tables = list_tables(feeds)

    @dg.multi_asset(
        name=f"{kind}_in_force",
        specs=[keep_spec(feed, GROUP) for feed in feeds] + [_table_spec(table, feeds) for table in tables],
        check_specs=[check for feed in feeds for check in keep_checks(feed)]
        + spec_checks(tables)
        + [
            dg.AssetCheckSpec(name, asset=asset_key(table), description=meaning)
            for table in tables
            for name, meaning in LIST_CHECKS.items()
        ],
    )
    def lists(context: dg.AssetExecutionContext, workspace: Workspace) -> Iterator[Event]:
        with workspace.open(context) as work:
            yield from publish_tables(work, build_outputs(work, kind, feeds))

    return lists


def _table_spec(table: str, feeds: tuple[Feed, ...]) -> dg.AssetSpec:
    deps = [raw_asset(feed) for feed in feeds if table in feed.core_tables]
    return spec_table(table, group=GROUP, owner="targeting", kinds={"duckdb"}, deps=deps)


def build_outputs(work: Work, kind: str, feeds: tuple[Feed, ...]) -> list[Output]:
    """Make the tables of a kind of list and return what to publish, with what is said of each list."""
    made = make_lists(work, feeds)
    held = [describe_held(work, feed) for feed in feeds]
    limit = work.policy.ingest.max_list_age_days.days(kind)
    return [*held, *(_describe_table(work, table, made.states, limit) for table in list_tables(feeds))]


def _describe_table(work: Work, table: str, every: Sequence[ListState], limit: int) -> Output:
    states = [state for state in every if table in state.feed.core_tables]
    feeds = [state.feed for state in states]
    in_use = {find_code(state.feed): str(state.in_use_on or "none") for state in states}
    return Output(
        table,
        table.replace(".", "_"),
        metadata={
            "in_use": dg.MetadataValue.json(in_use),
            "not_in_force": dg.MetadataValue.json(count_out_of_force(work.con, feeds, work.on)),
        },
        checks=tuple(_check_lists(work, table, states, limit)),
    )


def _check_lists(work: Work, table: str, states: Sequence[ListState], limit: int) -> Iterator[dg.AssetCheckResult]:
    used = [(state, state.in_use_on, (work.on - state.in_use_on).days) for state in states if state.in_use_on]
    passed_over = {
        state.feed.folder: f"the copy of {day} is in use, {age} days old. "
        + " ".join(f"{file}: {cause}" for file, cause in state.refused.items())
        for state, day, age in used
        if state.refused
    }
    missing = {state.feed.folder: "has never landed by this date" for state in states if not state.has_landed}
    old = {
        state.feed.folder: f"the copy of {day} is {age} days old; the limit is {limit}"
        for state, day, age in used
        if age > limit
    }
    yield _check(table, "newest_in_use", dg.AssetCheckSeverity.ERROR, passed_over)
    yield _check(table, "lists_landed", dg.AssetCheckSeverity.WARN, missing)
    yield _check(table, "lists_recent", dg.AssetCheckSeverity.WARN, old)


def _check(table: str, name: str, severity: dg.AssetCheckSeverity, found: dict[str, str]) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=asset_key(table),
        check_name=name,
        passed=not found,
        severity=severity,
        metadata={key: dg.MetadataValue.text(text) for key, text in found.items()},
    )


def _gives_codes(feeds: Sequence[Feed]) -> bool:
    return not set(CODE_LISTS).isdisjoint(list_tables(feeds))


_LIST_ASSETS = {kind: build_list_asset(kind, feeds) for kind, feeds in LIST_KINDS.items()}
REFERENCE_ASSETS = list(_LIST_ASSETS.values())
# The lists whose codes hold rows of the core tables, with what they are read from: built before those.
_CODE_KINDS = [kind for kind, feeds in LIST_KINDS.items() if _gives_codes(feeds)]
CODE_LIST_ASSETS = [
    *(
        asset
        for feed, asset in zip(FEEDS, RAW_ASSETS, strict=True)
        if any(feed in LIST_KINDS[kind] for kind in _CODE_KINDS)
    ),
    *(_LIST_ASSETS[kind] for kind in _CODE_KINDS),
]
