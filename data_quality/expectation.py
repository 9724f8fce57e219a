"""From the policy and the past to the bounds of a night, and from its figures to what became of each.

Belongs here: a bound with its numbers and words, judging figures by it, what a person has accepted.
Belongs elsewhere: the bounds that a table or feed has (expected.py), figures (statistic.py), Dagster (checks.py).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from data_quality.contract import Rule
from data_quality.expectation_policy import Accepted
from data_quality.outcome import CheckOutcome
from data_quality.statistic import ALL, ROWS, Measure

FATAL, WARNS = "error", "warning"
# What evaluated a bound for which Great Expectations has no expectation, or none over the relation at hand.
OWN = "tidewaiter_bound"
PAST_DATE = "a past date, which is built as it is"

Values = Mapping[tuple[str, str, str, str], float]


@dataclass(frozen=True)
class Bound:
    """One bound of one figure, with its number for the night.

    Attributes:
        figure: column, measure and code of the figure that is judged.
        unit: how the figure is shown: rows, share, count, days, index or number.
        words: the bound as a sentence part, its number included.
        expectation: what Great Expectations runs for it, with `arguments`; none where only the figure is compared.
        why_not: why it is not judged tonight.
    """

    table: str
    rule: str
    severity: str
    figure: tuple[str, str, str]
    unit: str
    words: str
    low: float | None = None
    high: float | None = None
    expectation: str | None = None
    arguments: Mapping[str, object] | None = None
    why_not: str | None = None

    @property
    def column(self) -> str | None:
        return None if self.figure[0] == ALL else self.figure[0]

    @property
    def as_rule(self) -> Rule | None:
        """The rule that Great Expectations evaluates, when it is to be judged and there is one."""
        if self.expectation is None or self.why_not is not None:
            return None
        return Rule(self.rule, self.expectation, dict(self.arguments or {}), self.severity, self.column)


def index_measures(measures: Iterable[Measure]) -> dict[tuple[str, str, str, str], float]:
    """Return figures by table, column, measure and code."""
    return {each.key: each.value for each in measures}


def settle_bounds(bounds: Iterable[Bound], values: Values) -> tuple[Bound, ...]:
    """Return the bounds, those without a figure tonight marked as not judged."""
    return tuple(
        replace(bound, why_not="there is nothing to measure tonight")
        if bound.why_not is None and (bound.table, *bound.figure) not in values
        else bound
        for bound in bounds
    )


def list_rules(bounds: Iterable[Bound]) -> tuple[Rule, ...]:
    """Return what Great Expectations is to evaluate, in the order of the bounds."""
    return tuple(rule for bound in bounds if (rule := bound.as_rule) is not None)


def judge_bounds(
    bounds: Sequence[Bound],
    values: Values,
    evaluated: Sequence[CheckOutcome] = (),
    accepted: Iterable[Accepted] = (),
    *,
    on: date,
    is_rebuild: bool = False,
) -> tuple[CheckOutcome, ...]:
    """Return what became of each bound, in order.

    A minimum that is missed only warns where a person has accepted that for the night, or where a past date is built
    again: it is what it is.

    Args:
        evaluated: what Great Expectations says of `list_rules(bounds)`, in that order; none on a rebuild.
    """
    said = {outcome.rule: outcome for outcome in evaluated}
    excuses = {(each.table, each.rule): f"accepted by {each.by}: {each.reason}" for each in accepted if each.date == on}
    otherwise = PAST_DATE if is_rebuild else None
    return tuple(
        _excuse(_judge(bound, values, said.get(bound.rule)), excuses.get((bound.table, bound.rule), otherwise))
        for bound in bounds
    )


def _judge(bound: Bound, values: Values, said: CheckOutcome | None) -> CheckOutcome:
    outcome = CheckOutcome(
        rule=bound.rule,
        column=bound.column,
        expectation=OWN,
        severity=bound.severity,
        passed=True,
        table=bound.table,
        bound=bound.words,
        note=bound.why_not,
        is_judged=bound.why_not is None,
    )
    if bound.why_not is not None:
        return outcome
    value = values[bound.table, *bound.figure]
    rows_n = values.get((bound.table, ALL, ROWS, ALL))
    outcome = replace(
        outcome,
        passed=_is_within(bound, value),
        evaluated_n=None if rows_n is None else int(rows_n),
        observed=show_figure(value, bound.unit),
    )
    if said is None:
        return outcome
    return replace(
        outcome, passed=said.passed, expectation=said.expectation, unexpected_n=said.unexpected_n, error=said.error
    )


def _is_within(bound: Bound, value: float) -> bool:
    return (bound.low is None or value >= bound.low) and (bound.high is None or value <= bound.high)


def _excuse(outcome: CheckOutcome, why: str | None) -> CheckOutcome:
    if why is None or outcome.passed or outcome.error is not None or outcome.severity != FATAL:
        return outcome
    return replace(outcome, severity=WARNS, note=why)


def show_figure(value: float, unit: str) -> str:
    """Return a figure as a person reads it, in the unit named."""
    if unit == "share":
        return f"{value:.1%}"
    if unit == "index":
        return f"index {value:.2f}"
    if unit == "number":
        return f"{value:,.2f}"
    return f"{value:,.0f} {unit}".removesuffix("s") if value == 1 else f"{value:,.0f} {unit}"
