"""What a rule by date holds for: origins, modes, entry types and values, as sets of codes.

Belongs here: the cells of one rule, whether a case is in them, whether two rules meet.
Belongs elsewhere: how a policy file words a scope (policy.py), what a rule says (rule.py).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from data_quality.codes import load_codes
from tidewaiter.errors import ArgumentError

LISTS = {"country": "origin", "mode": "mode", "entry_type": "entry type"}


@dataclass(frozen=True)
class Case:
    """What is asked about: a date, and of a shipment what is known; a value that is not given is within every limit."""

    on: date
    origin: str | None = None
    mode_code: str | None = None
    entry_type: str | None = None
    value_usd: Decimal | None = None

    def check(self) -> "Case":
        """Return the case itself.

        Raises:
            ArgumentError: one of its codes is in no code list, or its value is below zero.
        """
        given = {"country": self.origin, "mode": self.mode_code, "entry_type": self.entry_type}
        for name, code in given.items():
            if code is not None and code not in load_codes()[name]:
                raise ArgumentError(f"no {LISTS[name]} has the code {code}.", fix=f"see data_quality/codes/{name}.csv")
        if self.value_usd is not None and self.value_usd < 0:
            raise ArgumentError(f"a value of {self.value_usd} is below zero.", fix="give the declared value in USD")
        return self


@dataclass(frozen=True)
class Scope:
    """The cells that a rule holds for; values are over `over_usd` and up to `up_to_usd`, where given."""

    valid_from: date
    valid_to: date | None
    origins: frozenset[str]
    modes: frozenset[str]
    entry_types: frozenset[str]
    over_usd: Decimal | None = None
    up_to_usd: Decimal | None = None

    @property
    def is_every_origin(self) -> bool:
        return self.origins == frozenset(load_codes()["country"])

    def is_in_force(self, on: date) -> bool:
        """Return whether the date is in the validity, both its days included."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    def fits(self, case: Case) -> bool:
        """Return whether a case whose codes are all given is in the scope, whatever its date."""
        value = case.value_usd or Decimal(0)
        return (
            case.origin in self.origins
            and case.mode_code in self.modes
            and case.entry_type in self.entry_types
            and (self.over_usd is None or value > self.over_usd)
            and (self.up_to_usd is None or value <= self.up_to_usd)
        )

    def meets(self, other: "Scope") -> bool:
        """Return whether some shipment of some date is in both scopes."""
        pairs = ((self.origins, other.origins), (self.modes, other.modes), (self.entry_types, other.entry_types))
        return (
            all(mine & theirs for mine, theirs in pairs)
            and _starts_before_the_end(self.valid_from, other.valid_to)
            and _starts_before_the_end(other.valid_from, self.valid_to)
            and _leaves_room(self.over_usd, other.up_to_usd)
            and _leaves_room(other.over_usd, self.up_to_usd)
        )


def _starts_before_the_end(first: date, last: date | None) -> bool:
    return last is None or first <= last


def _leaves_room(over: Decimal | None, up_to: Decimal | None) -> bool:
    return over is None or up_to is None or over < up_to


def expand_codes(name: str, given: Iterable[str]) -> frozenset[str]:
    """Return the codes as a set.

    Raises:
        ValueError: one of them is not in the code list of that name.
    """
    codes = frozenset(given)
    strangers = sorted(codes - set(load_codes()[name]))
    if strangers:
        raise ValueError(f"{', '.join(strangers)}: no {LISTS[name]} has this code")
    return codes
