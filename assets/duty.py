"""Duty owed on the declared lines of a date, and what would be owed if they were wrong.

Belongs here: the table of duty and how much of it is known.
Belongs elsewhere: finding duty (tidewaiter/duty), tariff lists (reference.py).
"""

from collections.abc import Iterator

import dagster as dg

from assets.table import Event, asset_key, name_outputs, publish_tables, spec_checks, spec_table
from pipelines.resources import Work, Workspace
from tidewaiter.night.scoring import DUTY, make_duty
from tidewaiter.night.table import find_stage

KNOWN_CHECK = "duty_known"
REASONS_SHOWN = 10


# party.price_day is read of earlier dates only, so that it is no input in the graph (see features.py).
@dg.multi_asset(
    specs=[spec_table(DUTY, group="core", owner="policy", kinds={"duckdb"}, deps=find_stage("line_duty").inputs)],
    check_specs=[*spec_checks([DUTY]), dg.AssetCheckSpec(KNOWN_CHECK, asset=asset_key(DUTY))],
)
def line_duty(context: dg.AssetExecutionContext, workspace: Workspace) -> Iterator[Event]:
    """What each line owes by the tariff and the policy of its date, with the chain of reasons."""
    with workspace.open(context) as work:
        yield from publish_tables(work, name_outputs(make_duty(work), {DUTY: (_check_known(work),)}))


def _check_known(work: Work) -> dg.AssetCheckResult:
    """Report for how many lines the duty is known, and what most often keeps it unknown."""
    [(lines, known)] = work.con.execute(
        "select count(*), count(*) filter (where is_duty_known) from core_line_duty"
    ).fetchall()
    reasons = work.con.execute(
        "select reason, count(*) as lines_n from "
        "(select unnest(string_split(unknown_parts, '; ')) as reason from core_line_duty) "
        "group by reason order by lines_n desc, reason limit $shown",
        {"shown": REASONS_SHOWN},
    ).fetchall()
    why = "; ".join(f"{reason} ({count:,})" for reason, count in reasons)
    return dg.AssetCheckResult(
        asset_key=asset_key(DUTY),
        check_name=KNOWN_CHECK,
        description=f"unknown of {lines - known:,} of {lines:,} lines; most often: {why}" if why else None,
        passed=known == lines,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "lines": lines,
            "known_share": round(known / lines, 4) if lines else 1.0,
            "why_unknown": why,
        },
    )


DUTY_ASSETS = [line_duty]
