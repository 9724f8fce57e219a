"""The policy files queues.yml, selection.yml and trusted.yml: capacities, how they are shared out, who is trusted.

Belongs here: the models of these files.
Belongs elsewhere: the numbers (policy/), filling queues (slot.py).
"""

import math
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]
Role = Literal["shipper", "seller", "consignee", "filer"]
# A share of so many exams is a decimal fraction in the file; beyond this many digits it is an accident of binary.
DIGITS = 9


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PortQueue(_Part):
    """The exam team of a port and how many it can examine a night."""

    team: str
    capacity: Count


class Queues(_Part):
    """Capacity of each port and how it is shared out."""

    random_share: Share
    random_minimum: Count
    random_salt: Annotated[str, Field(min_length=1)]
    default_capacity: Count
    default_team: str
    ports: dict[Annotated[str, Field(pattern=r"^\d{4}$")], PortQueue]

    def port(self, code: str) -> PortQueue:
        """Return the port's own team and capacity, or the defaults."""
        return self.ports.get(code) or PortQueue(team=self.default_team, capacity=self.default_capacity)


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

    def count_novelty(self, slots: int, lot: float) -> int:
        """Return how many of so many exams go to the unlike anything seen: the share of them, rounded by lot.

        Args:
            lot: drawn evenly from 0 to 1; over all lots the mean is the share itself, however few the exams.
        """
        mean = round(self.novelty_share * slots, DIGITS)
        whole = math.floor(mean)
        return whole + int(lot < mean - whole)

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
