"""What the law asks of each shipment on its date, and the filings that claim what their date forbids.

Belongs here: the two tables of a date and the check that counts signals.
Belongs elsewhere: rules and words (policy/regimes.yml), answers and signals (tidewaiter/regime).
"""

from collections.abc import Iterator, Sequence

import dagster as dg

from assets.table import Event, asset_key, name_outputs, publish_tables, spec_checks, spec_table
from pipelines.resources import Work, Workspace
from tidewaiter.night.scoring import make_compliance
from tidewaiter.night.table import find_stage
from tidewaiter.regime.compliance import count_signals, count_unanswered
from tidewaiter.regime.relation import NumberedCase

GROUP = "compliance"
STAGE = find_stage("compliance")
SIGNAL = "core.compliance_signal"
ANSWERED_CHECK = "rules_answer"
ASKED = {
    "eligible": "whether the exemption is open",
    "legal": "whether the entry type may be used",
    "duty_method": "how duty is found",
}


@dg.multi_asset(
    specs=[
        spec_table(table, group=GROUP, owner="policy", kinds={"duckdb"}, deps=STAGE.inputs) for table in STAGE.outputs
    ],
    check_specs=[*spec_checks(STAGE.outputs), dg.AssetCheckSpec(ANSWERED_CHECK, asset=asset_key(SIGNAL))],
)
def compliance(context: dg.AssetExecutionContext, workspace: Workspace) -> Iterator[Event]:
    """Each shipment judged by the rules of its date; a filing that breaks one is kept and has a signal."""
    with workspace.open(context) as work:
        made = make_compliance(work)
        yield from publish_tables(work, name_outputs(made, {SIGNAL: (_check_answered(work, made.cases),)}))


def _check_answered(work: Work, cases: Sequence[NumberedCase]) -> dg.AssetCheckResult:
    """Report the shipments of each signal, and the entries for which the rules have no answer."""
    regimes = work.policy.regimes
    unanswered = count_unanswered(regimes, cases)
    told = [f"for {count:,} entries, {ASKED[question]}" for question, count in unanswered.items() if count]
    return dg.AssetCheckResult(
        asset_key=asset_key(SIGNAL),
        check_name=ANSWERED_CHECK,
        description=f"policy/regimes.yml does not say {'; '.join(told)}" if told else None,
        passed=not any(unanswered.values()),
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            **count_signals(work.con, regimes),
            **{f"entries_without_answer_{question}": count for question, count in unanswered.items()},
            "fix": "policy/regimes.yml has no row for these entries: `tidewaiter regime` says which rows it looked at",
        },
    )


COMPLIANCE_ASSETS = [compliance]
