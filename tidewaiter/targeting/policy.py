"""The policy files selection.yml and trusted.yml: how exams are shared out, and whom less is asked of.

Belongs here: the models of both files.
Belongs elsewhere: the numbers (policy/), capacities (queues.yml), filling queues (slot.py).
"""

import math
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Share = Annotated[float, Field(ge=0, le=1)]
Role = Literal["shipper", "seller", "consignee", "filer"]
# A share of so many exams is a decimal fraction in the file; beyond this many digits it is an accident of binary.
DIGITS = 9


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Sharing(_Part):
    """Shares of the exams that are not random; each grows with their number and never falls."""

    mandatory_share: Share
    novelty_share: Share
    party_share: Share
    party_minimum: Annotated[int, Field(ge=1)]
    trusted_factor: Share

    def count_mandatory(self, slots: int) -> int:
        """Return how many of so many exams mandatory rules may take."""
        return math.ceil(round(self.mandatory_share * slots, DIGITS))

    def count_novelty(self, slots: int) -> int:
        """Return how many of so many exams go to the unlike anything seen."""
        return math.floor(round(self.novelty_share * slots + 0.5, DIGITS))

    def count_party(self, slots: int) -> int:
        """Return how many of so many exams one party may have."""
        return max(self.party_minimum, math.ceil(round(self.party_share * slots, DIGITS)))


class Trader(_Part):
    """A party that is trusted in one role, on whose decision, since when."""

    party_id: Annotated[str, Field(min_length=1)]
    role: Role
    basis: Annotated[str, Field(min_length=3)]
    owner: Annotated[str, Field(min_length=3)]
    valid_from: date
    valid_to: date | None

    @model_validator(mode="after")
    def _is_trusted_some_day(self) -> "Trader":
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError(f"{self.party_id}: valid_to is before valid_from")
        return self

    def is_valid(self, on: date) -> bool:
        """Return whether the date is in the validity, both its days included."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


class Trusted(_Part):
    """Every trusted trader."""

    traders: tuple[Trader, ...]

    def in_force(self, on: date) -> dict[Role, list[str]]:
        """Return the parties that are trusted on the date, by role, in order."""
        found: dict[Role, set[str]] = {}
        for trader in self.traders:
            if trader.is_valid(on):
                found.setdefault(trader.role, set()).add(trader.party_id)
        return {role: sorted(ids) for role, ids in sorted(found.items())}
