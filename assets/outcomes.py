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
CHECKS = MATCH_CHECK, AGREE_CHECK, TIME_CHECK = "findings_matched", "findings_agree", "findings_known"


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
        *(dg.AssetCheckSpec(name, asset=asset_key("outcome.finding")) for name in CHECKS),
    ],
)
def outcomes(context: dg.AssetExecutionContext, workspace: Workspace) -> Iterator[Event]:
    """What examinations established, as far as it landed by the date."""
    with workspace.open(context) as work:
        make_outcomes(work)
        held = describe_held(work, FINDING_FEED)
        checks = {"outcome.finding": (_check_matched(work), judge_agreement(work), judge_times(work))}
        tables = [Output(each, each.replace(".", "_"), checks=checks.get(each, ())) for each in OUTCOME_TABLES]
        yield from publish_tables(work, [held, *tables])


def _check_matched(work: Work) -> dg.AssetCheckResult:
    """Report findings without a shipment that had landed by the day of the exam; they are tried again each night."""
    rows = work.con.execute(
        "select count(*), count(*) filter (where shipment_id is null) from outcome_finding"
    ).fetchall()
    total, unmatched = rows[0]
    return dg.AssetCheckResult(
        asset_key=asset_key("outcome.finding"),
        check_name=MATCH_CHECK,
        passed=not unmatched,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"{unmatched:,} of {total:,} findings name no shipment that had landed by the day of the exam"
        if unmatched
        else None,
        metadata={"findings": total, "without_a_shipment": unmatched},
    )


def judge_agreement(work: Work) -> dg.AssetCheckResult:
    """Return the check that no finding says something else than one of the same id, or of the same exam."""
    found = work.con.execute(
        """
        select source_file, count(*), any_value(finding_id order by finding_id)
        from contradicted_finding group by source_file order by source_file
        """
    ).fetchall()
    told = {
        file: f"{findings_n:,} not taken, the first {first_id}: an earlier one of that id says something else"
        for file, findings_n, first_id in found
    }
    told |= _tell_disputes(work)
    return dg.AssetCheckResult(
        asset_key=asset_key("outcome.finding"),
        check_name=AGREE_CHECK,
        passed=not told,
        severity=dg.AssetCheckSeverity.WARN,
        metadata=told,
    )


def judge_times(work: Work) -> dg.AssetCheckResult:
    """Return the check that no result is known later than the day after the date, which clocks apart can make."""
    found = work.con.execute(
        """
        select source_file, count(*), arg_max(finding_id, (known_at, finding_id)), max(known_at)::date
        from kept_exam_finding where known_at::date > $on::date + 1 group by source_file order by source_file
        """,
        {"on": work.on},
    ).fetchall()
    return dg.AssetCheckResult(
        asset_key=asset_key("outcome.finding"),
        check_name=TIME_CHECK,
        passed=not found,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            file: f"{findings_n:,}, the last {last_id}, known on {known_on}: models learn of it from then on"
            for file, findings_n, last_id, known_on in found
        },
    )


def _tell_disputes(work: Work) -> dict[str, str]:
    """Return what is told of exams of which findings with different ids exclude each other, and how they count."""
    both, twice = (
        work.con.execute(f"select finding_ids from disputed_exam where {flag}").fetchall()
        for flag in ("is_both", "is_twice")
    )
    said = {
        "a_violation_and_none": (both, "the violation counts"),
        "one_code_twice": (twice, "it counts once, and its losses are added up"),
    }
    return {
        name: f"{len(exams):,} exam{'' if len(exams) == 1 else 's'}, the first with {', '.join(exams[0][0])}: {how}"
        for name, (exams, how) in said.items()
        if exams
    }


OUTCOME_ASSETS = [outcomes]
