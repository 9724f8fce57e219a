"""Landed files to kept and held tables: manifests and e-commerce entries.

Belongs here: the raw tables of every feed, the core tables, the ingest ledger.
Belongs elsewhere: reading and mapping (tidewaiter/ingest), findings (outcomes.py), lists (reference.py).
"""

from collections.abc import Iterator, Sequence

import dagster as dg

from assets.expectation import judge_keeping
from assets.landing import (
    AGREE_CHECK,
    FILE_CHECKS,
    HELD_CHECKS,
    STRAY_CHECK,
    judge_codes,
    judge_files,
    judge_filings,
    judge_kept,
    judge_strays,
    publish_raw,
    tabulate_files,
)
from assets.table import (
    Event,
    Output,
    asset_key,
    name_outputs,
    publish_tables,
    spec_checks,
    spec_feed,
    spec_table,
)
from data_quality.checks import expectation_spec
from pipelines.resources import Work, Workspace
from tidewaiter.ingest.built_from import BUILT_FROM, MADE_TABLES, record_build
from tidewaiter.ingest.feed import Feed
from tidewaiter.ingest.ledger import LEDGER, LedgerRequest, gather_ledger
from tidewaiter.ingest.mapping import CORE_TABLES
from tidewaiter.ingest.registry import FEEDS, SHIPMENT_FEEDS
from tidewaiter.ingest.version import VERSION
from tidewaiter.night.landing import map_shipments, split_shipments
from tidewaiter.night.table import CODE_LISTS, find_stage

GROUP_RAW, GROUP_CORE = "landing", "core"
LAST_TABLES = (LEDGER, BUILT_FROM)
SHOWN = ("file", "status", "rows_n", "kept_n", "held_n", "is_late", "touched_dates", "cause")


def raw_asset(feed: Feed) -> str:
    """Return the asset that stands for everything read of a feed."""
    return f"raw.{feed.noun}"


def held_asset(feed: Feed) -> str:
    """Return the asset that stands for a feed's held rows and the counts of its files."""
    return f"held.{feed.noun}"


def build_raw_asset(feed: Feed) -> dg.AssetsDefinition:
    """Return the asset of a feed's raw tables."""
    parts = (*feed.tables, f"raw.{feed.noun}_file")

    @dg.multi_asset(
        name=f"read_{feed.noun}",
        specs=[spec_feed(raw_asset(feed), parts, group=GROUP_RAW)],
        check_specs=[
            *(dg.AssetCheckSpec(name, asset=asset_key(raw_asset(feed))) for name in FILE_CHECKS),
            expectation_spec(asset_key(raw_asset(feed))),
        ],
    )
    def read(context: dg.AssetExecutionContext, workspace: Workspace) -> Iterator[Event]:
        with workspace.open(context) as work:
            yield from publish_raw(work, feed)

    return read


RAW_ASSETS = [build_raw_asset(feed) for feed in FEEDS]
# Those that the core tables are made of.
SHIPMENT_RAW_ASSETS = [asset for feed, asset in zip(FEEDS, RAW_ASSETS, strict=True) if feed in SHIPMENT_FEEDS]


def describe_held(work: Work, feed: Feed) -> Output:
    """Return what to publish of a feed's held rows, with what every check says of them and of the kept ones."""
    ledger = Output(f"held.{feed.noun}_file", f"ledger_{feed.noun}")
    return Output(
        held_asset(feed),
        f"held_{feed.noun}",
        checks=(*judge_files(work, feed), judge_codes(work, feed)),
        companions=(ledger,),
        outcomes=judge_kept(work, feed),
        judged=judge_keeping(work, feed),
    )


def keep_spec(feed: Feed, group: str, lists: Sequence[str] = ()) -> dg.AssetSpec:
    """Return the spec of a feed's held asset, which also depends on the dated lists its codes are looked up in."""
    deps = [raw_asset(feed), *lists]
    return spec_table(held_asset(feed), group=group, owner="engineering", kinds={"duckdb"}, deps=deps)


def keep_checks(feed: Feed) -> list[dg.AssetCheckSpec]:
    """Return the checks of a feed's held asset."""
    asset = held_asset(feed)
    return [*spec_checks([asset]), *(dg.AssetCheckSpec(name, asset=asset_key(asset)) for name in HELD_CHECKS)]


@dg.multi_asset(
    specs=[keep_spec(feed, GROUP_CORE, CODE_LISTS) for feed in SHIPMENT_FEEDS]
    + [
        spec_table(
            table,
            group=GROUP_CORE,
            owner="engineering",
            kinds={"duckdb"},
            deps=find_stage("core").inputs,
        )
        for table in CORE_TABLES
    ],
    check_specs=[check for feed in SHIPMENT_FEEDS for check in keep_checks(feed)]
    + [*spec_checks(CORE_TABLES), dg.AssetCheckSpec(AGREE_CHECK, asset=asset_key(VERSION))],
)
def core(context: dg.AssetExecutionContext, workspace: Workspace) -> Iterator[Event]:
    """Kept rows of all shipment feeds as one set of core tables, held rows with every rule they break."""
    with workspace.open(context) as work:
        work = work.with_dated_codes()
        split_shipments(work)
        held = [describe_held(work, feed) for feed in SHIPMENT_FEEDS]
        yield from publish_tables(work, [*held, *list_core(work)])


def list_core(work: Work) -> list[Output]:
    """Map the kept rows to the core tables and return them."""
    made = map_shipments(work)
    return name_outputs(made, {VERSION: (judge_filings(work),)})


@dg.multi_asset(
    specs=[
        spec_table(
            table,
            group=GROUP_CORE,
            owner="engineering",
            kinds={"duckdb"},
            # Last of a date: whether a date has to be built again is read from them.
            deps=[*(held_asset(feed) for feed in FEEDS), *MADE_TABLES, "feature.shipment"],
        )
        for table in LAST_TABLES
    ],
    check_specs=[*spec_checks(LAST_TABLES), dg.AssetCheckSpec(STRAY_CHECK, asset=asset_key(LEDGER))],
)
def ledger(context: dg.AssetExecutionContext, workspace: Workspace) -> Iterator[Event]:
    """What landed on the date, file by file, what became of it, and what the date was built from."""
    with workspace.open(context) as work:
        gather_ledger(work.con, LedgerRequest(work.lake, work.settings.landing, work.on, FEEDS))
        record_build(work.con, work.lake, work.policy, work.on)
        files = {
            "files": tabulate_files(SHOWN, work.con.sql(f"select {', '.join(SHOWN)} from core_landed_file").fetchall())
        }
        yield from publish_tables(
            work,
            [
                Output(LEDGER, "core_landed_file", files, checks=(judge_strays(work),)),
                Output(BUILT_FROM, "core_built_from"),
            ],
        )


MANIFEST_ASSETS = [*RAW_ASSETS, core, ledger]
