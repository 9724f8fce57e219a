"""What became of a rule: the typed outcome, read from a result of Great Expectations without personal data.

Belongs here: the outcome and its privacy.
Belongs elsewhere: running expectations (engine.py), what an outcome means for a night (checks.py).
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from data_quality.contract import Rule

EXAMPLES = 3
EXAMPLE_LENGTH = 40
TABLE_RULES = "expect_table_"
QUERY_RULE = "unexpected_rows_expectation"
NOT_NULL_RULE = "expect_column_values_to_not_be_null"
SHARE_RULES = (
    "expect_column_proportion_of_non_null_values_to_be_between",
    "expect_column_proportion_of_unique_values_to_be_between",
    "expect_column_unique_value_count_to_be_between",
)


@dataclass(frozen=True)
class CheckOutcome:
    """What became of one rule on one table; `error` is set when the rule could not be evaluated at all.

    Args:
        evaluated_n: rows the rule looked at: those whose column is filled, or all of them for a missing-value rule.
        unexpected_n: rows that break the rule.
        observed: a measure, or a few broken values of a column that holds no personal data.
        table: table that was looked at, where the outcome does not stand beside it.
        bound: what was asked for, in words, where the rule's own arguments do not say it.
        note: why the rule was not judged, or why it only warns.
        is_judged: False when there was too little past to judge by; the rule then counts as passed.
    """

    rule: str
    column: str | None
    expectation: str
    severity: str
    passed: bool
    evaluated_n: int | None = None
    unexpected_n: int | None = None
    observed: str | None = None
    error: str | None = None
    table: str = ""
    bound: str | None = None
    note: str | None = None
    is_judged: bool = True

    @property
    def blocks(self) -> bool:
        """A rule that cannot be evaluated blocks whatever its severity: nothing is known about the table."""
        return not self.passed and (self.severity == "error" or self.error is not None)


def read_outcome(rule: Rule, result: Any, shown: Collection[str]) -> CheckOutcome:
    """Return what a result says, with values of the `shown` columns only."""
    found = result.result
    is_shown = _is_shown(rule, shown)
    is_query = rule.expectation == QUERY_RULE
    evaluated_n = _count_evaluated(rule, found)
    error = _read_error(result.exception_info, is_shown)
    return CheckOutcome(
        rule=rule.name,
        column=rule.column or rule.arguments.get("column"),
        expectation=rule.expectation,
        severity=rule.severity,
        passed=bool(result.success) and error is None,
        evaluated_n=evaluated_n,
        unexpected_n=0 if evaluated_n == 0 else found.get("observed_value" if is_query else "unexpected_count"),
        observed=_describe(found) if (is_shown or rule.expectation in SHARE_RULES) and not is_query else None,
        error=error,
    )


def columns_of(rule: Rule) -> frozenset[str]:
    """Return the columns whose values the rule looks at; none for one about the table or with a query of its own."""
    single = [rule.column, *(rule.arguments.get(name) for name in ("column", "column_A", "column_B"))]
    return frozenset(name for name in (*single, *rule.arguments.get("column_list", ())) if name is not None)


def _is_shown(rule: Rule, shown: Collection[str]) -> bool:
    columns = columns_of(rule)
    return columns <= set(shown) if columns else rule.expectation.startswith(TABLE_RULES)


def _count_evaluated(rule: Rule, found: Mapping[str, Any]) -> int | None:
    elements: int | None = found.get("element_count")
    if elements is None or rule.expectation == NOT_NULL_RULE:
        return elements
    return elements - (found.get("missing_count") or 0)


def _read_error(info: Mapping[str, Any] | None, is_shown: bool) -> str | None:
    """Return the first line of what an expectation raised, up to the first quoted value unless that may be shown."""
    # A metric that failed has its own entry, under its id.
    entries = [info or {}, *(each for each in (info or {}).values() if isinstance(each, Mapping))]
    raised = [each for each in entries if each.get("raised_exception")]
    if not raised:
        return None
    line = next(iter(str(raised[0]["exception_message"]).strip().splitlines()), "raised without a message")
    return line if is_shown else re.sub(r"""['"].*""", "…", line)


def _describe(found: Mapping[str, Any]) -> str | None:
    if mismatched := (found.get("details") or {}).get("mismatched"):
        return "; ".join(f"{kind}: {_list_some(names)}" for kind, names in sorted(mismatched.items()))
    values = found.get("partial_unexpected_list", found.get("observed_value"))
    if isinstance(values, Mapping):
        return "; ".join(f"{name}: {', '.join(map(str, each))}" for name, each in values.items())
    if isinstance(values, list):
        return _list_some(values)
    return None if values is None else str(values)


def _list_some(values: Collection[Any]) -> str:
    """Return the first few different values, in their order as text."""
    distinct = sorted({str(value)[:EXAMPLE_LENGTH] for value in values})
    return ", ".join(distinct[:EXAMPLES]) + (", …" if len(distinct) > EXAMPLES else "")
