"""Questions to the rules by date; each answer names the rows that led to it, or says that none does.

The functions whose names begin with `find_` are for whoever asks by code, and check what they are given; a night asks
for whole tables, in cases that are checked already, by those whose names begin with `answer_`.

Belongs here: is the exemption open, which entry types are legal, how is duty reckoned, which data is required.
Belongs elsewhere: the rules (policy/regimes.yml), answers for whole tables (relation.py), duty rates (tariff files).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Generic, Literal, TypeVar

from data_quality.codes import load_codes
from tidewaiter.errors import ArgumentError
from tidewaiter.regime.policy import DutyMethod, Regimes, Row
from tidewaiter.regime.rule import Question, Rule, find_standing, list_rows
from tidewaiter.regime.scope import Case

YesNo = Literal["yes", "no", "unknown"]
T = TypeVar("T")
Usd = Decimal | int | float
UNKNOWN: Literal["unknown"] = "unknown"


@dataclass(frozen=True)
class Answer(Generic[T]):
    """A value and what led to it.

    Attributes:
        rows: the rows that say so, by first day.
        set_aside: rows that would say something else, and that those override.
        consulted: of an unknown answer, the rows that speak of the question, on this or another date.
        why: of an unknown answer, the reason in words.
    """

    value: T
    rows: tuple[Row, ...] = ()
    set_aside: tuple[Row, ...] = ()
    consulted: tuple[Row, ...] = ()
    why: str = ""

    @property
    def regime_ids(self) -> tuple[str, ...]:
        return tuple(row.id for row in self.rows)

    @property
    def since(self) -> date | None:
        """The first day of the first row that says so."""
        return self.rows[0].valid_from if self.rows else None


@dataclass(frozen=True)
class Requirement:
    """A data element that a row requires, and whether it is enforced in full."""

    element: str
    is_soft: bool
    row: Row


def make_case(
    on: date, origin: str | None, mode_code: str | None, entry_type: str | None, value_usd: Usd | None
) -> Case:
    """Return the case with its codes checked; a country may be given in small letters.

    Raises:
        ArgumentError: a code is in no code list, or the value is below zero.
    """
    value = None if value_usd is None else Decimal(str(value_usd))
    if value is not None and not value.is_finite():
        raise ArgumentError(f"{value_usd} is no amount.", fix="give the declared value in USD")
    return Case(on, None if origin is None else origin.upper(), mode_code, entry_type, value).check()


def find_eligibility(
    regimes: Regimes, on: date, origin: str | None, mode_code: str | None, value_usd: Usd | None = None
) -> Answer[YesNo]:
    """Return whether the low-value exemption is open to such goods on the date; without a value, within its limit."""
    return answer_eligible(regimes, make_case(on, origin, mode_code, None, value_usd))


def find_legal_types(
    regimes: Regimes, on: date, origin: str | None, mode_code: str | None, value_usd: Usd | None = None
) -> Mapping[str, Answer[YesNo]]:
    """Return for each entry type whether it may be used for such goods on the date."""
    case = make_case(on, origin, mode_code, None, value_usd)
    types = sorted(load_codes()["entry_type"])
    return {each: answer_legal(regimes, Case(on, origin, mode_code, each, case.value_usd)) for each in types}


def find_duty_method(
    regimes: Regimes,
    on: date,
    origin: str | None,
    mode_code: str | None,
    entry_type: str | None,
    value_usd: Usd | None = None,
) -> Answer[DutyMethod]:
    """Return how duty is reckoned: `exempt`, `ad_valorem`, `ad_valorem_or_postal_item` or `unknown`.

    `ad_valorem` stands for the duties of the tariff line, its specific parts included. Without a value the goods are
    taken to be within every limit.
    """
    return answer_duty_method(regimes, make_case(on, origin, mode_code, entry_type, value_usd))


def find_item_duty(
    regimes: Regimes, on: date, origin: str | None, mode_code: str | None, entry_type: str | None, rate_share: float
) -> Answer[int | None]:
    """Return the duty in USD for each item of mail whose origin has that rate, None where no row has one.

    Args:
        rate_share: the origin's rate, from 0 to 1 or above.
    """
    found = _answer(regimes, "item_duties", make_case(on, origin, mode_code, entry_type, None))
    if found.value == UNKNOWN:
        return _restate(found, None)
    band = next(each for each in found.value if _is_in_band(rate_share, each.up_to_share, each.is_included))
    return _restate(found, int(band.usd))


def _is_in_band(rate: float, up_to: float | None, is_included: bool) -> bool:
    return up_to is None or rate < up_to or (is_included and rate == up_to)


def find_required_data(
    regimes: Regimes,
    on: date,
    origin: str | None,
    mode_code: str | None,
    entry_type: str | None,
    value_usd: Usd | None = None,
) -> Answer[tuple[Requirement, ...]]:
    """Return what data the rows require; of a case that lacks a code, what they require whatever it is."""
    return answer_required(regimes, make_case(on, origin, mode_code, entry_type, value_usd))


def answer_eligible(regimes: Regimes, case: Case) -> Answer[YesNo]:
    """Return whether the exemption is open, for a case whose codes are known to be codes."""
    return _say_yes_or_no(_answer(regimes, "eligible", case))


def answer_legal(regimes: Regimes, case: Case) -> Answer[YesNo]:
    """Return whether the entry type may be used, for a case whose codes are known to be codes."""
    return _say_yes_or_no(_answer(regimes, "legal", case))


def answer_duty_method(regimes: Regimes, case: Case) -> Answer[DutyMethod]:
    """Return how duty is reckoned, for a case whose codes are known to be codes."""
    return _answer(regimes, "duty_method", case)


def answer_required(regimes: Regimes, case: Case) -> Answer[tuple[Requirement, ...]]:
    """Return the required data, for a case whose codes are known to be codes; elements in the order of their names."""
    cases = list(regimes.cells.spread(case))
    each_case = [_list_requirements(regimes, each) for each in cases]
    always = frozenset.intersection(*(frozenset(each) for each in each_case))
    kept = [requirement for key, requirement in sorted(each_case[0].items()) if key in always]
    rows = {each.row.id: each.row for each in sorted(kept, key=lambda each: (each.row.valid_from, each.row.id))}
    what = _find_what_matters(cases, [frozenset(each) for each in each_case])
    return Answer(tuple(kept), tuple(rows.values()), why=f"more may be required, by {what}" if what else "")


def _list_requirements(regimes: Regimes, case: Case) -> dict[tuple[str, str], Requirement]:
    standing, _ = find_standing(regimes, "required_data", case)
    return {
        (element, rule.row.id): Requirement(element, rule.enforcement == "soft", rule.row)
        for rule in standing
        for element in rule.answer
    }


def _answer(regimes: Regimes, question: Question, case: Case) -> Answer[Any]:
    """Return the one answer of every cell that the case can be in, or unknown."""
    cases = list(regimes.cells.spread(case))
    found = [find_standing(regimes, question, each) for each in cases]
    each_value = [_value(standing) for standing, _ in found]
    values = set(each_value)
    rows = list_rows(rule for standing, _ in found for rule in standing)
    set_aside = list_rows(rule for _, overridden in found for rule in overridden)
    if len(values) == 1 and UNKNOWN not in values:
        return Answer(values.pop(), rows, set_aside)
    consulted = _consult(regimes, question, cases, rows)
    if len(values) > 1:
        return Answer(
            UNKNOWN, (), set_aside, consulted, f"the answer depends on {_find_what_matters(cases, each_value)}"
        )
    why = "a row says that it is not known" if rows else "no row of the table answers this on the date"
    return Answer(UNKNOWN, rows, set_aside, consulted, why)


def _value(standing: Sequence[Rule]) -> Any:
    """Return the one answer of rules that stand together: a policy in which they differ is refused when it is read."""
    return standing[0].answer if standing else UNKNOWN


def _consult(regimes: Regimes, question: Question, cases: Sequence[Case], rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Return the rows that speak of the question for such goods, on whatever date."""
    asked = [rule for rule in regimes.rules if rule.question == question]
    fitting = [rule for rule in asked if rule.row in rows or any(rule.scope.fits(each) for each in cases)]
    return list_rows(fitting)


def _find_what_matters(cases: Sequence[Case], values: Sequence[Any]) -> str:
    """Return the names of what changes the value from one case to another, joined by `and`."""
    parts = {"origin": "origin", "mode_code": "mode", "entry_type": "entry type"}
    return " and ".join(name for part, name in parts.items() if _matters([getattr(c, part) for c in cases], values))


def _matters(keys: Sequence[Any], values: Sequence[Any]) -> bool:
    """Return whether some key goes with other values than another key does."""
    found = {key: frozenset(v for k, v in zip(keys, values, strict=True) if k == key) for key in set(keys)}
    return len(set(found.values())) > 1


def _say_yes_or_no(answer: Answer[Any]) -> Answer[YesNo]:
    words: dict[object, YesNo] = {True: "yes", False: "no"}
    return _restate(answer, words.get(answer.value, UNKNOWN))


def _restate(answer: Answer[Any], value: T) -> Answer[T]:
    return Answer(value, answer.rows, answer.set_aside, answer.consulted, answer.why)
