"""Rules: the answers of policy rows with their scopes as sets, and what happens where two of them meet.

Belongs here: rows to rules, contradictions, which rules stand in a case.
Belongs elsewhere: the rows (policy.py), answers in a form that callers use (answer.py).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal

from data_quality.codes import load_codes
from tidewaiter.regime.scope import Case, Scope, expand_codes

if TYPE_CHECKING:
    from tidewaiter.regime.policy import Effect, Regimes, Row

Question = Literal["eligible", "legal", "duty_method", "item_duties", "required_data"]
QUESTIONS: tuple[Question, ...] = ("eligible", "legal", "duty_method", "item_duties", "required_data")
# Data that several rows require adds up; every other question has one answer.
ADDS_UP: frozenset[Question] = frozenset({"required_data"})


@dataclass(frozen=True)
class Rule:
    """One answer to one question, for the cells of a scope."""

    row: "Row"
    question: Question
    answer: Any
    scope: Scope
    enforcement: str

    @property
    def order(self) -> tuple[Any, ...]:
        return (self.row.valid_from, self.row.id)


def list_rules(rows: Iterable["Row"], mode_groups: Mapping[str, tuple[str, ...]]) -> tuple[Rule, ...]:
    """Return one rule an answer of an effect, by first day and row id.

    Raises:
        ValueError: a row names a code or a group of modes that does not exist.
    """
    found = [rule for row in rows for effect in row.effects for rule in _read_effect(mode_groups, row, effect)]
    return tuple(sorted(found, key=lambda rule: rule.order))


def _read_effect(mode_groups: Mapping[str, tuple[str, ...]], row: "Row", effect: "Effect") -> Iterator[Rule]:
    try:
        scope = _read_scope(mode_groups, row, effect)
    except ValueError as problem:
        raise ValueError(f"rows.{row.id}.effects: {problem}") from problem
    for question in QUESTIONS:
        answer = getattr(effect, question)
        if answer is not None:
            yield Rule(row, question, answer, scope, effect.enforcement)


def _read_scope(mode_groups: Mapping[str, tuple[str, ...]], row: "Row", effect: "Effect") -> Scope:
    limit = None if row.limit_usd is None else Decimal(row.limit_usd)
    return Scope(
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        origins=_read_origins(effect),
        modes=_read_modes(mode_groups, effect.modes),
        entry_types=expand_codes(
            "entry_type", load_codes()["entry_type"] if effect.entry_types == "all" else effect.entry_types
        ),
        over_usd=limit if effect.value == "over" else None,
        up_to_usd=limit if effect.value == "within" else None,
    )


def _read_origins(effect: "Effect") -> frozenset[str]:
    every = frozenset(load_codes()["country"])
    if isinstance(effect.origins, str):
        return every
    if isinstance(effect.origins, tuple):
        return expand_codes("country", effect.origins)
    return every - expand_codes("country", effect.origins.excluded)


def _read_modes(mode_groups: Mapping[str, tuple[str, ...]], given: str | tuple[str, ...]) -> frozenset[str]:
    if given == "all":
        return frozenset(load_codes()["mode"])
    if isinstance(given, tuple):
        return expand_codes("mode", given)
    if given not in mode_groups:
        raise ValueError(f"{given}: no group of modes has this name; there are {', '.join(mode_groups)}")
    return frozenset(mode_groups[given])


def find_contradictions(rules: Sequence[Rule], overrides: Mapping[str, frozenset[str]]) -> list[str]:
    """Return a sentence for each pair of rules that answer one question differently for the same shipment.

    Args:
        overrides: row id -> ids of every row that it overrides.
    """
    return [
        f"rows.{one.row.id} and rows.{other.row.id} contradict each other on {one.question}: "
        f"say which overrides the other, or part their dates, origins, modes, entry types or values"
        for one, other in combinations(rules, 2)
        if one.question == other.question
        and one.question not in ADDS_UP
        and one.answer != other.answer
        and one.row.id not in overrides[other.row.id]
        and other.row.id not in overrides[one.row.id]
        and one.scope.meets(other.scope)
    ]


def find_standing(regimes: "Regimes", question: Question, case: Case) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """Return the rules that answer a case whose codes are all given, and those in force that they override."""
    asked = (rule for rule in regimes.rules if rule.question == question)
    fitting = [rule for rule in asked if rule.scope.is_in_force(case.on) and rule.scope.fits(case)]
    overridden = frozenset[str]().union(*(regimes.overrides[rule.row.id] for rule in fitting))
    standing = tuple(rule for rule in fitting if rule.row.id not in overridden)
    return standing, tuple(rule for rule in fitting if rule.row.id in overridden)


def list_rows(rules: Iterable[Rule]) -> tuple["Row", ...]:
    """Return the rows of rules once each, by first day and id."""
    found = {rule.row.id: rule.row for rule in sorted(rules, key=lambda rule: rule.order)}
    return tuple(found.values())
