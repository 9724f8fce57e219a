"""How duty is found, answered by the rules by date.

Belongs here: the two questions of duty put to those rules.
Belongs elsewhere: the rules and their answers (tidewaiter/regime), the questions (method.py).
"""

from dataclasses import dataclass, field, replace
from decimal import Decimal

from tidewaiter.duty.method import DutyCase, Method
from tidewaiter.regime.answer import find_duty_method, find_item_duty
from tidewaiter.regime.cell import number_codes
from tidewaiter.regime.policy import Regimes

# A manifest claims no entry type; its goods are entered formally unless a later entry says otherwise.
FORMAL = "01"


@dataclass(frozen=True)
class ByRegime:
    """The rules by date as whoever finds duty asks them; origins that they treat alike are asked for once."""

    regimes: Regimes
    _answered: dict[DutyCase, Method] = field(default_factory=dict)

    @property
    def limits_usd(self) -> tuple[Decimal, ...]:
        """The values at which an answer can change, ascending; a value equal to a limit is within it."""
        return self.regimes.cells.limits_usd

    def find_method(self, case: DutyCase) -> Method:
        """Return how duty is found."""
        alike = self._stand_in(case)
        if alike not in self._answered:
            self._answered[alike] = find_duty_method(
                self.regimes, alike.on, alike.origin_country, alike.mode_code, alike.entry_type, alike.value_usd
            ).value
        return self._answered[alike]

    def find_item_duty(self, case: DutyCase, rate_share: Decimal | None) -> Decimal | None:
        """Return what a postal item of an origin with that rate owes in USD, None where that is not known."""
        if rate_share is None:
            return None
        where = (case.on, case.origin_country, case.mode_code, case.entry_type or FORMAL)
        found = find_item_duty(self.regimes, *where, float(rate_share)).value
        return None if found is None else Decimal(found)

    def _stand_in(self, case: DutyCase) -> DutyCase:
        """Return the case of the first origin that the rules treat alike."""
        groups = self.regimes.cells.origins
        place = number_codes(groups).get(case.origin_country or "")
        origin = groups[place - 1][0] if place else case.origin_country
        return replace(case, origin_country=origin, entry_type=case.entry_type or FORMAL)
