"""Shows the outcomes of a table's rules as Dagster asset checks, and refuses a table that breaks one.

Belongs here: check specs, check results and their metadata, the error that stops a publication.
Belongs elsewhere: which rules there are (suites.py), evaluating them (engine.py), assets (assets).
"""

from collections.abc import Sequence
from pathlib import Path

import dagster as dg

from data_quality.contract import Contract
from data_quality.outcome import CheckOutcome
from data_quality.wording import word_rule
from tidewaiter.errors import QualityError

ERRORS = "contract"
WARNINGS = "contract_warnings"
EXPECTED = "expectations"
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
EXPECTED_COLUMNS = dg.TableSchema(
    columns=[
        dg.TableColumn("rule", "string", description="name of the rule"),
        dg.TableColumn("result", "string", description="holds, broken, accepted, not judged, or error"),
        dg.TableColumn("observed", "string", description="what was measured"),
        dg.TableColumn("expected", "string", description="what was asked for"),
        dg.TableColumn("note", "string", description="why it was not judged, or who accepted it"),
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


def expectation_spec(asset_key: dg.AssetKey) -> dg.AssetCheckSpec:
    """Return the check of what policy/expectations.yml expects of an asset."""
    return dg.AssetCheckSpec(
        EXPECTED,
        asset=asset_key,
        blocking=True,
        description="Volume, fill, held rows, age and drift are as policy/expectations.yml expects them: a minimum "
        "that is not reached stops the night, a maximum that is passed warns.",
    )


def expectation_result(asset_key: dg.AssetKey, outcomes: Sequence[CheckOutcome], report: Path) -> dg.AssetCheckResult:
    """Return the result of `expectation_spec`, with its counts and the place of the night's report."""
    failed = [outcome for outcome in outcomes if not outcome.passed]
    blocks = any(outcome.blocks for outcome in failed)
    idle_n = sum(not outcome.is_judged for outcome in outcomes)
    return dg.AssetCheckResult(
        asset_key=asset_key,
        check_name=EXPECTED,
        passed=not failed,
        severity=dg.AssetCheckSeverity.ERROR if blocks else dg.AssetCheckSeverity.WARN,
        description="; ".join(describe_miss(outcome) for outcome in failed) or _say_met(len(outcomes), idle_n),
        metadata={
            **{outcome.rule: describe_miss(outcome) for outcome in failed},
            "expectations_n": len(outcomes),
            "failed_n": len(failed),
            "not_judged_n": idle_n,
            "report": dg.MetadataValue.path(report),
            "expectations": dg.MetadataValue.table([_record_expected(each) for each in outcomes], EXPECTED_COLUMNS),
        },
    )


def raise_on_minima(outcomes: Sequence[CheckOutcome], ask: str) -> None:
    """Return when no minimum is missed.

    Raises:
        QualityError: saying of each what was measured and what is expected, and what to do about it.
    """
    missed = [outcome for outcome in outcomes if outcome.blocks]
    if missed:
        raise QualityError(
            f"{missed[0].table} is not published: {'; '.join(describe_miss(outcome) for outcome in missed)}.",
            fix=f"ask {ask}; land what is missing, or accept the night as it is under `accepted` in "
            "policy/expectations.yml, then run the date again",
        )


def describe_miss(outcome: CheckOutcome) -> str:
    """Return what is wrong, what was measured and what is expected, as a sentence part."""
    what = word_rule(outcome.rule, [outcome.table])
    if outcome.error is not None:
        return f"{what}: could not be evaluated ({outcome.error})"
    note = f" ({outcome.note})" if outcome.note else ""
    return f"{what}: {outcome.observed}, expected is {outcome.bound}{note}"


def _say_met(outcomes_n: int, idle_n: int) -> str:
    if not outcomes_n:
        return "nothing is expected of this table in policy/expectations.yml"
    met = f"{outcomes_n - idle_n} of {outcomes_n} expectations are met"
    return f"{met}, {idle_n} could not be judged yet" if idle_n else met


def _record_expected(outcome: CheckOutcome) -> dg.TableRecord:
    is_accepted = not outcome.passed and bool(outcome.note)
    judged = "holds" if outcome.passed else "accepted" if is_accepted else "broken"
    result = "error" if outcome.error else judged if outcome.is_judged else "not judged"
    return dg.TableRecord(
        {
            "rule": outcome.rule,
            "result": result,
            "observed": outcome.error or outcome.observed or "",
            "expected": outcome.bound or "",
            "note": outcome.note or "",
        }
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
            **{outcome.rule: _tell_broken(outcome) for outcome in failed[:NAMED_AT_MOST]},
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
    detail = _count_broken(outcome)
    return f"{outcome.rule} ({detail})" if detail else outcome.rule


def _tell_broken(outcome: CheckOutcome) -> str:
    if outcome.error is not None:
        return f"could not be evaluated ({outcome.error})"
    return _count_broken(outcome) or "broken"


def _count_broken(outcome: CheckOutcome) -> str:
    """Return how many rows break a rule, and what was observed; nothing where neither is known."""
    counts = [_show_count(count) for count in (outcome.unexpected_n, outcome.evaluated_n) if count is not None]
    return ": ".join(part for part in (" of ".join(counts) + " rows" if counts else "", outcome.observed or "") if part)


def _show_count(count: int | None) -> str:
    return "" if count is None else f"{count:,}"
