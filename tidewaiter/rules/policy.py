"""The policy file rules.yml: what people look for, in whose name, on what legal ground, since when.

Belongs here: the model of the file, which rules are in force on a date.
Belongs elsewhere: the rules (policy/rules.yml), what an expression may be (expression.py), evaluating them (hit.py).
"""

from collections.abc import Collection, Mapping
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Literal

import polars as pl
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from tidewaiter.features.catalog import load_catalog
from tidewaiter.rules.expression import Expression, parse_expression
from tidewaiter.threat import FAMILIES, Family
from tidewaiter.wording.policy import FIGURES as WORDING

KEYS = ("shipment_id", "port_code")
State = Literal["draft", "shadow", "active", "retired"]
# States whose hits are kept each night, and those of them that change a score or a queue.
WATCHED: tuple[State, ...] = ("active", "shadow")
COUNTED: tuple[State, ...] = ("active",)
# One line that a terminal and a spreadsheet show as it is.
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")]
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Port = Annotated[str, Field(pattern=r"^\d{4}$")]


def _refuse_truth(given: object) -> object:
    """Return what was given; YAML reads `no` and `off` as false, which would pass as a weight of 0."""
    if isinstance(given, bool):
        raise ValueError("yes, no, on, off, true and false are no number")
    return given


def _refuse_number(given: object) -> object:
    """Return what was given; a number would be read as seconds since 1970."""
    if isinstance(given, int | float):
        raise ValueError("a number is no date; write YYYY-MM-DD")
    return given


def _is_port(given: object) -> bool:
    return isinstance(given, str) and len(given) == 4 and given.isascii() and given.isdigit()


def _refuse_other_ports(given: object) -> object:
    """Return what was given where it is all, or a list of texts; YAML reads 4701 as a number, 0401 as another."""
    if given == "all" or (isinstance(given, list | tuple) and given and all(map(_is_port, given))):
        return given
    raise ValueError("ports are all, or a list of four digits each, in quotes: ['4701']")


Ports = Annotated[Literal["all"] | tuple[Port, ...], BeforeValidator(_refuse_other_ports)]
Rate = Annotated[float, Field(gt=0, lt=1)]
# Points are log-odds; 5 multiplies the odds by 148, and whatever is surer than that is mandatory.
Weight = Annotated[float, BeforeValidator(_refuse_truth), Field(ge=-5, le=5)]
Day = Annotated[date, BeforeValidator(_refuse_number)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rule(_Part):
    """One version of a rule: either it adds its weight to the log-odds of its family, or it is mandatory."""

    id: Id
    sentence: Words
    expression: Annotated[str, Field(min_length=3)]
    family: Family
    weight: Weight | None = None
    mandatory: StrictBool = False
    ports: Ports = "all"
    owner: Words
    legal_basis: Words
    source: Words
    valid_from: Day
    valid_to: Day | None
    state: State

    @field_validator("id")
    @classmethod
    def _id_is_no_key(cls, given: str) -> str:
        if given in KEYS:
            raise ValueError(f"{given} is a key of every shipment; give the rule another name")
        return given

    @field_validator("expression")
    @classmethod
    def _expression_can_be_evaluated(cls, text: str, info: ValidationInfo) -> str:
        try:
            parse_expression(text)
        except ValueError as problem:
            raise ValueError(f"rule {info.data.get('id', 'without id')}: {problem}") from problem
        return text

    @model_validator(mode="after")
    def _has_one_effect_and_some_days(self) -> "Rule":
        if self.mandatory == (self.weight is not None):
            raise ValueError(f"rule {self.id}: a rule has either a weight or mandatory: true")
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError(f"rule {self.id}: valid_to is before valid_from")
        if self.state == "retired" and self.valid_to is None:
            raise ValueError(f"rule {self.id}: a retired rule has a last day, valid_to")
        return self

    @model_validator(mode="after")
    def _words_are_not_the_only_ground(self) -> "Rule":
        read, of_text = set(self.parsed.columns), {each.column for each in load_catalog().of_family("text")}
        if self.state in COUNTED and read & set(WORDING) and read <= of_text:
            raise ValueError(
                f"rule {self.id}: words of a goods text alone are not enough for a rule that counts; "
                "ask for another fact beside it"
            )
        return self

    @cached_property
    def parsed(self) -> Expression:
        """The expression, checked."""
        return parse_expression(self.expression)

    @property
    def condition(self) -> pl.Expr:
        """True where the rule is met by the row's figures in a port of its scope, otherwise false."""
        if self.ports == "all":
            return self.parsed.is_met
        return self.parsed.is_met & pl.col("port_code").is_in(self.ports)

    def is_valid(self, on: date) -> bool:
        """Return whether the date is in the rule's validity, both its days included."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


class Rules(_Part):
    """Every version of every rule, and how their weights become a score."""

    version: int
    base_rates: dict[Family, Rate]
    max_family_weight: Annotated[float, Field(gt=0, le=10)]
    max_weight: Annotated[float, Field(gt=0, le=10)]
    rules: tuple[Rule, ...]

    @field_validator("base_rates")
    @classmethod
    def _every_family_has_a_rate(cls, rates: dict[Family, float]) -> dict[Family, float]:
        missing = [family for family in FAMILIES if family not in rates]
        if missing:
            raise ValueError(f"{', '.join(missing)}: a family without a base rate")
        return rates

    @field_validator("rules")
    @classmethod
    def _versions_follow_each_other(cls, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
        ordered = sorted(rules, key=lambda rule: (rule.id, rule.valid_from))
        for earlier, later in pairwise(ordered):
            if earlier.id == later.id and earlier.is_valid(later.valid_from):
                raise ValueError(
                    f"rule {later.id}: the versions from {earlier.valid_from} and from {later.valid_from} overlap; "
                    "give the earlier one a valid_to, or the later one its own id"
                )
        return rules

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Every feature that a rule reads, by name."""
        return tuple(sorted({name for rule in self.rules for name in rule.parsed.columns}))

    def in_force(self, on: date, states: Collection[State] = WATCHED) -> tuple[Rule, ...]:
        """Return the rules of these states whose validity the date is in, by id."""
        found = [rule for rule in self.rules if rule.state in states and rule.is_valid(on)]
        return tuple(sorted(found, key=lambda rule: rule.id))

    def versions(self, rule_id: str) -> tuple[Rule, ...]:
        """Return every version of a rule, the earliest first; none when no rule has the id."""
        return tuple(sorted((rule for rule in self.rules if rule.id == rule_id), key=lambda rule: rule.valid_from))


def share_weight(weights: Mapping[str, float]) -> dict[str, float]:
    """Return rule id -> its share of what the rules of one family add together; the shares sum to one.

    Args:
        weights: rule id -> weight of the rules that fired; where they cancel out each has the same share.
    """
    total = sum(weights.values())
    if abs(total) < 1e-9:
        return dict.fromkeys(weights, 1 / max(len(weights), 1))
    return {rule_id: weight / total for rule_id, weight in weights.items()}
