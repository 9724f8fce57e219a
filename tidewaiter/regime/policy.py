"""The policy file regimes.yml: rows of what the law asks for, checked when they are read.

Belongs here: the model of the file.
Belongs elsewhere: the rows (policy/regimes.yml), rules made of them and their contradictions (rule.py).
"""

import string
from datetime import date
from functools import cached_property
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from tidewaiter.regime.cell import Cells, find_cells
from tidewaiter.regime.rule import Rule, find_contradictions, list_rules
from tidewaiter.regime.scope import expand_codes

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Words = Annotated[str, Field(min_length=1)]
Usd = Annotated[int, Field(gt=0)]
Share = Annotated[float, Field(ge=0, le=1)]
DutyMethod = Literal["exempt", "ad_valorem", "ad_valorem_or_postal_item", "unknown"]
Enforcement = Literal["full", "soft"]
Element = Literal[
    "transport_document", "port", "shipper_name", "shipper_address", "shipper_country", "consignee_name",
    "consignee_address", "origin", "quantity", "value", "hts10", "known_consignor", "account_age", "packing_country",
]  # fmt: skip
SignalCode = Literal[
    "EXEMPTION_BARRED_ORIGIN", "EXEMPTION_BARRED", "ENTRY_TYPE_NOT_LEGAL", "VALUE_OVER_EXEMPTION",
    "VALUE_OVER_INFORMAL", "DAY_SUM_OVER_EXEMPTION", "DATA_MISSING", "DATA_MISSING_SOFT",
]  # fmt: skip
SIGNAL_CODES: tuple[SignalCode, ...] = SignalCode.__args__  # type: ignore[attr-defined]
BLANKS = frozenset({"origin", "entry_type", "since", "limit", "day", "source"})


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Excluded(_Part):
    """Every origin but these."""

    excluded: tuple[str, ...]


class ItemDuty(_Part):
    """A duty for each item of mail, for origins whose rate is up to a share; the last band has no end."""

    usd: Usd
    up_to_share: Share | None = None
    is_included: bool = True


class Effect(_Part):
    """Answers for some shipments of a row's dates; what a scope does not name it does not narrow."""

    origins: Literal["all"] | tuple[str, ...] | Excluded = "all"
    modes: str | tuple[str, ...] = "all"
    entry_types: Literal["all"] | tuple[str, ...] = "all"
    value: Literal["any", "within", "over"] = "any"
    eligible: bool | None = None
    legal: bool | None = None
    duty_method: DutyMethod | None = None
    item_duties: tuple[ItemDuty, ...] | None = None
    required_data: tuple[Element, ...] | None = None
    enforcement: Enforcement = "full"

    @model_validator(mode="after")
    def _says_something(self) -> "Effect":
        answers = (self.eligible, self.legal, self.duty_method, self.item_duties, self.required_data)
        if all(answer is None for answer in answers):
            raise ValueError("an effect answers at least one question")
        return self

    @field_validator("item_duties")
    @classmethod
    def _bands_follow_each_other(cls, bands: tuple[ItemDuty, ...] | None) -> tuple[ItemDuty, ...] | None:
        *inner, last = [band.up_to_share for band in bands] if bands else [None]
        closed = [end for end in inner if end is not None]
        if last is not None or len(closed) < len(inner) or closed != sorted(set(closed)):
            raise ValueError("bands go up, and the last alone has no up_to_share")
        return bands


class Row(_Part):
    """One rule of the law as people read it: what it says, since when, where it was read, and its effects."""

    id: Id
    sentence: Words
    valid_from: date
    valid_to: date | None
    source: Words
    checked: Literal["notice", "secondary", "unchecked"]
    remark: str
    owner: Words
    limit_usd: Usd | None = None
    overrides: tuple[Id, ...] = ()
    effects: tuple[Effect, ...]

    @model_validator(mode="after")
    def _is_in_force_some_day(self) -> "Row":
        if self.valid_to is not None and self.valid_from >= self.valid_to:
            raise ValueError(f"{self.id}: valid_from is not before valid_to")
        if self.limit_usd is None and any(effect.value != "any" for effect in self.effects):
            raise ValueError(f"{self.id}: value within or over needs limit_usd")
        return self

    def is_in_force(self, on: date) -> bool:
        """Return whether the date is in the row's validity, both its days included."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


class Signal(_Part):
    """What a filing is told that claims what its date forbids; `text` has words in braces to fill in."""

    severity: Literal["high", "medium", "low"]
    meaning: Words
    text: Words

    @field_validator("text")
    @classmethod
    def _blanks_are_known(cls, text: str) -> str:
        strangers = sorted({name for _, name, _, _ in string.Formatter().parse(text) if name is not None} - BLANKS)
        if strangers:
            raise ValueError(f"{', '.join(strangers)}: nothing fills this in; there are {', '.join(sorted(BLANKS))}")
        return text


class Regimes(_Part):
    """Every row by date, the entry types that claim the exemption, and the signals."""

    version: int
    time_zone: str
    exemption_types: tuple[str, ...]
    mode_groups: dict[Id, tuple[str, ...]]
    rows: tuple[Row, ...]
    signals: dict[SignalCode, Signal]

    @field_validator("time_zone")
    @classmethod
    def _zone_is_known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as problem:
            raise ValueError(f"{name}: no time zone has this name") from problem
        return name

    @field_validator("exemption_types")
    @classmethod
    def _types_are_known(cls, types: tuple[str, ...]) -> tuple[str, ...]:
        expand_codes("entry_type", types)
        return types

    @field_validator("mode_groups")
    @classmethod
    def _groups_are_of_modes(cls, groups: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        for modes in groups.values():
            expand_codes("mode", modes)
        return groups

    @field_validator("rows")
    @classmethod
    def _rows_fit_together(cls, rows: tuple[Row, ...], info: ValidationInfo) -> tuple[Row, ...]:
        _check_ids(rows)
        contradictions = find_contradictions(list_rules(rows, info.data.get("mode_groups", {})), reach_overrides(rows))
        if contradictions:
            raise ValueError("; ".join(contradictions))
        return rows

    @field_validator("signals")
    @classmethod
    def _every_signal_has_words(cls, signals: dict[SignalCode, Signal]) -> dict[SignalCode, Signal]:
        missing = [code for code in SIGNAL_CODES if code not in signals]
        if missing:
            raise ValueError(f"{', '.join(missing)}: a signal without words")
        return signals

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """One rule an answer of an effect, by first day and row id."""
        return list_rules(self.rows, self.mode_groups)

    @cached_property
    def overrides(self) -> dict[str, frozenset[str]]:
        """Row id -> ids of every row that it overrides, directly or through another."""
        return reach_overrides(self.rows)

    @cached_property
    def cells(self) -> Cells:
        """What the rules tell apart: dates, origins, modes and values."""
        return find_cells(self.rules)

    def row(self, row_id: str) -> Row:
        """Return the row of that id; KeyError when there is none."""
        return {row.id: row for row in self.rows}[row_id]

    def in_force(self, on: date) -> tuple[Row, ...]:
        """Return the rows whose validity the date is in, by first day and id."""
        found = [row for row in self.rows if row.is_in_force(on)]
        return tuple(sorted(found, key=lambda row: (row.valid_from, row.id)))


def _check_ids(rows: tuple[Row, ...]) -> None:
    ids = [row.id for row in rows]
    repeated = sorted({each for each in ids if ids.count(each) > 1})
    if repeated:
        raise ValueError(f"{', '.join(repeated)}: an id is used once")
    strangers = sorted({f"{row.id} overrides {each}" for row in rows for each in row.overrides if each not in ids})
    if strangers:
        raise ValueError(f"{'; '.join(strangers)}: no such row")


def reach_overrides(rows: tuple[Row, ...]) -> dict[str, frozenset[str]]:
    """Return row id -> ids of every row that it overrides, directly or through another.

    Raises:
        ValueError: a row overrides itself.
    """
    direct = {row.id: frozenset(row.overrides) for row in rows}
    return {each: _reach(each, direct) for each in direct}


def _reach(start: str, direct: dict[str, frozenset[str]]) -> frozenset[str]:
    found: set[str] = set()
    waiting = sorted(direct[start])
    while waiting:
        each = waiting.pop()
        if each == start:
            raise ValueError(f"{start}: it overrides itself, directly or through another row")
        if each not in found:
            found.add(each)
            waiting += sorted(direct[each])
    return frozenset(found)
