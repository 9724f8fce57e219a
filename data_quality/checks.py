"""Shows the outcomes of a table's rules as Dagster asset checks, and refuses a table that breaks one.

Belongs here: check specs, check results and their metadata, the error that stops a publication.
Belongs elsewhere: which rules there are (suites.py), evaluating them (engine.py), assets (assets).
"""

from collections.abc import Sequence

import dagster as dg

from data_quality.contract import Contract
from data_quality.outcome import CheckOutcome
from tidewaiter.errors import QualityError

ERRORS = "contract"
WARNINGS = "contract_warnings"
NAMED_AT_MOST = 8

COLUMNS = dg.TableSchema(
    columns=[
        dg.TableColumn("rule", "string", description="name of the rule; held rows carry the same name"),
        dg.TableColumn("column", "string", description="column it is about"),
        dg.TableColumn("result", "string", description="holds, broken, or error where it could not be evaluated"),
        dg.TableColumn("rows", "string", description="rows it looked at"),
        dg.TableColumn("broken", "string", description="rows that break it"),
        dg.TableColumn("observed", "string", description="what was measured, or a few broken values"),
        dg.TableColumn("expectation", "string", description="what Great Expectations ran"),
    ]
)


def check_specs(asset_key: dg.AssetKey, contract: Contract) -> list[dg.AssetCheckSpec]:
    """Return the checks of a table: one that blocks and, where the contract has such rules, one that only warns."""
    blocking = dg.AssetCheckSpec(
        ERRORS,
        asset=asset_key,
        blocking=True,
        description=f"{contract.table} has the columns and types of its contract, and no row breaks a rule of it.",
    )
    warning = dg.AssetCheckSpec(
        WARNINGS,
        asset=asset_key,
        blocking=False,
        description=f"No row of {contract.table} breaks a rule of severity warning; the table is published anyway.",
    )
    return [blocking, warning] if has_warnings(contract) else [blocking]


def has_warnings(contract: Contract) -> bool:
    """Return whether some rule of the contract is of severity warning."""
    rules = [*contract.table_rules, *(rule for column in contract.columns for rule in column.rules)]
    return any(rule.severity == "warning" for rule in rules)


def check_results(
    asset_key: dg.AssetKey, contract: Contract, outcomes: Sequence[CheckOutcome]
) -> list[dg.AssetCheckResult]:
    """Return the result of each check of `check_specs`, with a table of its rules, broken ones first."""
    blocking = [outcome for outcome in outcomes if _is_blocking(outcome)]
    results = [_check_result(asset_key, ERRORS, dg.AssetCheckSeverity.ERROR, blocking)]
    if has_warnings(contract):
        warning = [outcome for outcome in outcomes if not _is_blocking(outcome)]
        results.append(_check_result(asset_key, WARNINGS, dg.AssetCheckSeverity.WARN, warning))
    return results


def raise_on_errors(outcomes: Sequence[CheckOutcome], table: str) -> None:
    """Return when the table may be published.

    Raises:
        QualityError: naming the table and each rule of severity `error` that is broken or could not be evaluated.
    """
    failed = [outcome for outcome in outcomes if outcome.blocks]
    if failed:
        raise QualityError(
            f"{table} is not published: {summarise_outcomes(outcomes, failed)}.",
            fix=f"look at the check `{ERRORS}` of the run, then correct what makes the rows, or the contract",
        )


def summarise_outcomes(outcomes: Sequence[CheckOutcome], failed: Sequence[CheckOutcome]) -> str:
    """Return how many rules do not hold, and the first few by name with their counts."""
    if not failed:
        return f"every rule holds ({len(outcomes)})" if outcomes else "the contract has no such rule"
    named = "; ".join(_describe(outcome) for outcome in failed[:NAMED_AT_MOST])
    more = f"; and {len(failed) - NAMED_AT_MOST} more" if len(failed) > NAMED_AT_MOST else ""
    return f"{len(failed)} of {len(outcomes)} rules do not hold: {named}{more}"


def _is_blocking(outcome: CheckOutcome) -> bool:
    """A rule that could not be evaluated blocks whatever its severity."""
    return outcome.severity == "error" or outcome.error is not None


def _check_result(
    asset_key: dg.AssetKey, name: str, severity: dg.AssetCheckSeverity, outcomes: Sequence[CheckOutcome]
) -> dg.AssetCheckResult:
    failed = [outcome for outcome in outcomes if not outcome.passed]
    ordered = sorted(outcomes, key=lambda outcome: outcome.passed)
    return dg.AssetCheckResult(
        asset_key=asset_key,
        check_name=name,
        passed=not failed,
        severity=severity,
        description=summarise_outcomes(outcomes, failed),
        metadata={
            "rules_n": len(outcomes),
            "broken_rules_n": len(failed),
            "rules": dg.MetadataValue.table([_record(outcome) for outcome in ordered], schema=COLUMNS),
        },
    )


def _record(outcome: CheckOutcome) -> dg.TableRecord:
    return dg.TableRecord(
        {
            "rule": outcome.rule,
            "column": outcome.column or "",
            "result": "error" if outcome.error else "holds" if outcome.passed else "broken",
            "rows": _show_count(outcome.evaluated_n),
            "broken": _show_count(outcome.unexpected_n),
            "observed": outcome.error or outcome.observed or "",
            "expectation": outcome.expectation,
        }
    )


def _describe(outcome: CheckOutcome) -> str:
    if outcome.error is not None:
        return f"{outcome.rule} could not be evaluated ({outcome.error})"
    counts = [_show_count(count) for count in (outcome.unexpected_n, outcome.evaluated_n) if count is not None]
    detail = ": ".join(
        part for part in (" of ".join(counts) + " rows" if counts else "", outcome.observed or "") if part
    )
    return f"{outcome.rule} ({detail})" if detail else outcome.rule


def _show_count(count: int | None) -> str:
    return "" if count is None else f"{count:,}"
