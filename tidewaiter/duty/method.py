"""How duty is found for a shipment on a date: by the value, not at all, or an amount a postal item.

Belongs here: the questions that the rules by date answer for duty.
Belongs elsewhere: the rules themselves (regimes), what the tariff asks for (rate.py).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, Protocol

Method = Literal["exempt", "ad_valorem", "postal_item", "ad_valorem_or_postal_item", "unknown"]


@dataclass(frozen=True)
class DutyCase:
    """What the answer may depend on; a value stands for all between two limits."""

    on: date
    origin_country: str | None
    mode_code: str | None
    entry_type: str | None
    value_usd: Decimal | None


class DutyRules(Protocol):
    """Whoever knows how duty is found."""

    @property
    def limits_usd(self) -> tuple[Decimal, ...]:
        """The values at which an answer can change, ascending; a value equal to a limit is within it."""

    def find_method(self, case: DutyCase) -> Method:
        """Return how duty is found."""

    def find_item_duty(self, case: DutyCase, rate_share: Decimal | None) -> Decimal | None:
        """Return what a postal item of an origin with that rate owes in USD, None where that is not known."""
