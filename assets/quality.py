"""What every check of a date found, as tables, and the page on which a person reads it.

Belongs here: the quality tables and the report of a night.
Belongs elsewhere: judging (expectation.py), gathering and writing (tidewaiter/quality).
"""

from collections.abc import Iterator

import dagster as dg

from assets.compliance import COMPLIANCE_ASSETS
from assets.duty import DUTY_ASSETS
from assets.features import FEATURE_ASSETS
from assets.manifests import MANIFEST_ASSETS
from assets.outcomes import OUTCOME_ASSETS
from assets.parties import PARTY_ASSETS
from assets.reference import REFERENCE_ASSETS
from assets.scoring import SCORING_ASSETS
from assets.table import OWNERS, Event, Output, asset_key, publish_tables, spec_checks, spec_table
from pipelines.partitions import DAILY
from pipelines.resources import Workspace
from tidewaiter.ingest.ledger import LEDGER
from tidewaiter.night.scoring import SCORE_TABLES
from tidewaiter.quality.report import write_report
from tidewaiter.quality.store import TABLES, gather_steps

GROUP = "quality"
# Every step that may leave findings: what others have left is of a step that has another name now.
STEPS = frozenset(
    asset.op.name
    for asset in (
        *MANIFEST_ASSETS,
        *REFERENCE_ASSETS,
        *DUTY_ASSETS,
        *PARTY_ASSETS,
        *COMPLIANCE_ASSETS,
        *FEATURE_ASSETS,
        *OUTCOME_ASSETS,
        *SCORING_ASSETS,
    )
)


@dg.multi_asset(
    # After every other table of the date, so that what each step found is there.
    specs=[
        spec_table(table, group=GROUP, owner="engineering", kinds={"duckdb"}, deps=[LEDGER, *SCORE_TABLES])
        for table in TABLES
    ],
    check_specs=spec_checks(TABLES),
)
def quality(context: dg.AssetExecutionContext, workspace: Workspace) -> Iterator[Event]:
    """What became of every rule of the date, and its figures."""
    with workspace.open(context) as work:
        gather_steps(work.con, work.lake, work.on, STEPS)
        outputs = [Output(table, table.replace(".", "_")) for table in TABLES]
        yield from publish_tables(work, outputs, keeps_findings=False)


@dg.asset(
    key=["quality", "report"],
    group_name=GROUP,
    owners=[OWNERS["engineering"]],
    kinds={"html"},
    tags={"layer": "quality"},
    partitions_def=DAILY,
    deps=[asset_key(table) for table in TABLES],
    description="The data quality report of a night: one page for people, HOME/quality/<date>/report.html.",
)
def report(context: dg.AssetExecutionContext, workspace: Workspace) -> dg.MaterializeResult[None]:
    """The page of the date is there, and `latest` points at the newest."""
    with workspace.open(context) as work:
        written = write_report(work.settings, work.policy, work.on)
        return dg.MaterializeResult(
            metadata={"quality_report": dg.MetadataValue.path(written.path), "verdict": written.verdict}
        )


QUALITY_ASSETS = [quality, report]
