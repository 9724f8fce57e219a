"""Facts about duties that no tariff file holds, as policy/duties.yml states them: rates, dates, origins, order.

Belongs here: the shape of that file, and what contradicts itself in it.
Belongs elsewhere: the facts (policy/duties.yml), lines of a list (tariff files), what an item of mail owes (regimes).
"""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import combinations
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Origin = Annotated[str, Field(pattern=r"^([A-Z]{2}|[a-z][a-z0-9_]+)$")]
Prefix = Annotated[str, Field(pattern=r"^(\d{2}|\d{4}|\d{6}|\d{8}|\d{10})$")]
Rate = Annotated[float, Field(ge=0)]
Action = Literal[
    "section_301",
    "section_301_forced_labor",
    "section_301_brazil",
    "section_232_metals",
    "section_232_vehicles",
    "section_232_wood",
    "section_232_semiconductors",
    "section_232_pharmaceuticals",
    "section_232_polysilicon",
    "ieepa_fentanyl",
    "ieepa_reciprocal",
    "ieepa_country",
    "section_122",
    "section_338",
]


class _Row(BaseModel):
    """A statement of the file, in force from its first to its last day, with where it was read and how well."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Identifier
    sentence: str
    valid_from: date
    valid_to: date | None = None
    source: str
    checked: Literal["notice", "secondary", "unchecked"]
    owner: str
    remark: str = ""

    def holds_on(self, on: date) -> bool:
        """Return whether the date is among the row's days, first and last included."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    @model_validator(mode="after")
    def _days_are_in_order(self) -> "_Row":
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError(f"{self.id}: valid_to is before valid_from")
        if self.checked == "unchecked" and not self.remark:
            raise ValueError(f"{self.id}: an unchecked row says in its remark what is uncertain")
        return self


class DutyFact(_Row):
    """The rate of one additional duty for some tariff numbers and origins; a rate of null is not known.

    Attributes:
        label: words of the chain of reasons.
        list_name: list of reference.tariff_action, under the heading `ch99_code` where that is given.
        prefixes: tariff numbers named here; without a list and prefixes the duty is on all goods.
        origins: where the goods are made, everywhere when empty.
        basis: whether the rate is added, or is the least that general rate and duty come to.
        except_list: goods of this action of reference.tariff_action do not owe it.
        unknown_on_list: of goods of that action it is not known whether they owe it.
    """

    action: Action
    label: str
    list_name: str | None = None
    ch99_code: str | None = None
    prefixes: tuple[Prefix, ...] = ()
    origins: tuple[Origin, ...] = ()
    except_origins: tuple[Origin, ...] = ()
    rate_share: Rate | None
    basis: Literal["value", "minimum_total"] = "value"
    except_list: str | None = None
    unknown_on_list: str | None = None
    why_unknown: str = ""

    @model_validator(mode="after")
    def _what_is_unknown_says_why(self) -> "DutyFact":
        if (self.rate_share is None or self.unknown_on_list) and not self.why_unknown:
            raise ValueError(f"{self.id}: why_unknown is missing")
        if ";" in self.why_unknown + self.label:
            raise ValueError(f"{self.id}: label and why_unknown have no semicolon, which parts reasons")
        if self.list_name and self.prefixes:
            raise ValueError(f"{self.id}: it names a list or prefixes, not both")
        return self


class YieldRow(_Row):
    """Goods that owe one of `yields_to` at more than nought do not owe `action`."""

    action: Action
    yields_to: tuple[Action, ...]
    origins: tuple[Origin, ...] = ()


class ColumnTwoRow(_Row):
    """An origin without normal trade relations, whose goods owe the column 2 rate."""

    origin: Origin


class NotCovered(_Row):
    """What may change a duty and is left out, so that a reader knows."""


class Unit(BaseModel):
    """A unit of quantity as so many of a base unit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    base: str
    number: Annotated[float, Field(gt=0)]


class Duties(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    groups: Mapping[str, tuple[Origin, ...]]
    units: Mapping[str, Unit]
    preference_origins: tuple[Origin, ...]
    column_2: tuple[ColumnTwoRow, ...]
    facts: tuple[DutyFact, ...]
    stacking: tuple[YieldRow, ...]
    not_covered: tuple[NotCovered, ...]

    @model_validator(mode="after")
    def _no_row_contradicts_another(self) -> "Duties":
        ids = [row.id for row in self.rows]
        if twice := sorted({each for each in ids if ids.count(each) > 1}):
            raise ValueError(f"the id {', '.join(twice)} is used twice")
        for origins in (*(each.origins for each in self.facts), *(each.origins for each in self.stacking)):
            self.expand(origins)
        for one, other in combinations(self.facts, 2):
            if _overlap(one, other) and self._share_origins(one, other) and _share_scope(one, other):
                raise ValueError(f"{one.id} and {other.id} give a rate for the same goods, origin and day")
        return self

    @property
    def rows(self) -> tuple[_Row, ...]:
        return (*self.column_2, *self.facts, *self.stacking, *self.not_covered)

    def list_in_force(self, on: date) -> tuple[str, ...]:
        """Return the rows that hold on the date."""
        return tuple(row.id for row in self.rows if row.holds_on(on))

    def expand(self, origins: Iterable[str]) -> tuple[str, ...]:
        """Return country codes, groups written out; ValueError for a group that is not named."""
        found: list[str] = []
        for each in origins:
            if each.islower() and each not in self.groups:
                raise ValueError(f"there is no group of origins {each}")
            found += self.groups[each] if each.islower() else (each,)
        return tuple(dict.fromkeys(found))

    def _share_origins(self, one: DutyFact, other: DutyFact) -> bool:
        sides = [(set(self.expand(each.origins)), set(self.expand(each.except_origins))) for each in (one, other)]
        (first, not_first), (second, not_second) = sides
        if not first and not second:
            return True
        shared = first & second if first and second else first or second
        return bool(shared - not_first - not_second)


def _overlap(one: _Row, other: _Row) -> bool:
    ends = (one.valid_to or date.max, other.valid_to or date.max)
    return one.valid_from <= ends[1] and other.valid_from <= ends[0]


def _share_scope(one: DutyFact, other: DutyFact) -> bool:
    if one.action != other.action or one.list_name != other.list_name:
        return False
    if one.list_name:
        return one.ch99_code is None or other.ch99_code is None or one.ch99_code == other.ch99_code
    return not (one.prefixes or other.prefixes) or bool(set(one.prefixes) & set(other.prefixes))
