"""Findings of a date matched to shipments, the labels they make, and each entity's record.

Belongs here: the outcome tables.
Belongs elsewhere: matching (tidewaiter/outcomes), learning from labels (models).
"""

from collections.abc import Iterator

import dagster as dg

from assets.manifests import describe_held, keep_checks, keep_spec
from assets.table import Event, Output, asset_key, publish_tables, spec_checks, spec_table
from pipelines.resources import Work, Workspace
from tidewaiter.night.landing import FINDING_FEED, make_outcomes
from tidewaiter.night.table import find_stage
from tidewaiter.outcomes.match import OUTCOME_TABLES

GROUP = "outcomes"
MATCH_CHECK = "findings_matched"


@dg.multi_asset(
    specs=[
        keep_spec(FINDING_FEED, GROUP),
        *(
            spec_table(
                table,
                group=GROUP,
                owner="targeting",
                kinds={"duckdb"},
                deps=find_stage("outcomes").inputs,
            )
            for table in OUTCOME_TABLES
        ),
    ],
    check_specs=[
        *keep_checks(FINDING_FEED),
        *spec_checks(OUTCOME_TABLES),
        dg.AssetCheckSpec(MATCH_CHECK, asset=asset_key("outcome.finding")),
    ],
)
def outcomes(context: dg.AssetExecutionContext, workspace: Workspace) -> Iterator[Event]:
    """What examinations established, as far as it landed by the date."""
    with workspace.open(context) as work:
        make_outcomes(work)
        held = describe_held(work, FINDING_FEED)
        checks = {"outcome.finding": (_check_matched(work),)}
        tables = [Output(each, each.replace(".", "_"), checks=checks.get(each, ())) for each in OUTCOME_TABLES]
        yield from publish_tables(work, [held, *tables])


def _check_matched(work: Work) -> dg.AssetCheckResult:
    """Report findings whose shipment was never seen; they are kept and tried again each night."""
    rows = work.con.execute(
        "select count(*), count(*) filter (where shipment_id is null) from outcome_finding"
    ).fetchall()
    total, unmatched = rows[0]
    return dg.AssetCheckResult(
        asset_key=asset_key("outcome.finding"),
        check_name=MATCH_CHECK,
        passed=not unmatched,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"{unmatched:,} of {total:,} findings name a shipment that was never seen" if unmatched else None,
        metadata={"findings": total, "without_a_shipment": unmatched},
    )


OUTCOME_ASSETS = [outcomes]
