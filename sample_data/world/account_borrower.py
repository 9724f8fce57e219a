"""A scheme that begins in mid-year: weapon parts and drugs under the trusted accounts of honest shippers.

How honest trade overlaps it: everything about the shipper is honest, since the account is another's; his own parcels go
on beside it, and honest shippers too find new buyers and use another port.

Belongs here: whose account is used, what is sent and to whom, and how the next account is taken.
Belongs elsewhere: fronts (adversary.py), honest shippers (source.py).
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import numpy as np

from sample_data.word import Flags, Ints
from sample_data.world.adversary import CODE, Adversary, Scheme
from sample_data.world.parameter import told
from sample_data.world.shipment import Shipments
from sample_data.world.source import KNOWN
from sample_data.world.stream import draw_index, mix_below


@dataclass(frozen=True)
class AccountBorrowing(Scheme):
    """Figures of the borrowing of accounts."""

    share: float = told(0.005, "of entries once it has begun")
    air_share: float = told(0.008, "of house air waybills")
    guilty_share: float = told(0.9, "of what is sent beside the account's own trade")
    fronts: int = told(6, "at scale 0.0005")
    rings: int = told(3, "at scale 0.0005")
    groups: tuple[str, ...] = told(("auto", "sport", "tool"), "what they say it is")
    first_day: int = told(91, "mean first day: no rule or label has seen it before")
    first_day_spread: int = told(21, "the first day is up to that many days earlier or later, by seed")
    drops: int = told(6, "addresses that receive, per ring")
    drop_names: int = told(4, "names at each of them")
    heavier: float = told(1.25, "gross weight against what the declared goods would weigh, on average")
    keep_days: float = told(25.0, "mean days until an account is left anyway")
    codes: tuple[tuple[str, float], ...] = told((("WEAPON", 0.6), ("NARCOTICS", 0.4)), "what exams find")


class AccountBorrower(Adversary):
    """`era` counts the sets of addresses of a ring."""

    name: ClassVar[str] = "account_borrower"
    figures: AccountBorrowing

    def prepare(self, rng: np.random.Generator) -> None:
        """Every front begins with somebody's account."""
        self.era = np.zeros(self.rings_n, dtype=np.int64)
        self._borrow(rng, np.arange(self.n))

    def live(self, rng: np.random.Generator, day: int) -> None:
        """Accounts are left now and then before anybody asks."""
        self._borrow(rng, np.flatnonzero(rng.random(self.n) < 1.0 / self.figures.keep_days))

    def _borrow(self, rng: np.random.Generator, at: Ints) -> None:
        """Take accounts of shippers of old standing, in the books since the first day."""
        shippers = self.rules.shippers
        old = np.flatnonzero(shippers.opened[shippers.current] < -400)
        taken = old[rng.integers(0, len(old), len(at))]
        self.fronts.shipper[at] = self.fronts.other_shipper[at] = taken
        self.fronts.seller[at] = 0
        self.fronts.opened[at] = shippers.opened[shippers.current[taken]]
        self.fronts.origin[at] = shippers.country[shippers.current[taken]]
        self.fronts.known[at] = KNOWN

    def bend(self, rng: np.random.Generator, sent: Shipments, guilty: Flags, on: date) -> None:
        """Heavier than it says, for a few addresses nobody has heard of."""
        figures = self.figures
        drop = (self.era[sent.ring] * 100 + sent.ring) * 64 + rng.integers(0, figures.drops, sent.n)
        name = mix_below(drop * 8 + rng.integers(0, figures.drop_names, sent.n), 71, self.rules.consignees_n)
        home = mix_below(drop, 72, self.rules.consignees_n) * 32
        sent.consignee, sent.place = np.where(guilty, name, sent.consignee), np.where(guilty, home, sent.place)
        heavier = rng.lognormal(np.log(figures.heavier), 0.2, sent.n)
        sent.kg = np.where(guilty, np.round(sent.kg * heavier, 3), sent.kg)
        names = np.array([CODE[code] for code, _ in figures.codes])
        codes = names[draw_index(rng, np.array([share for _, share in figures.codes]), sent.n)]
        sent.code = np.where(guilty, codes, 0)

    def adapt(self, rng: np.random.Generator, at: Ints, day: int) -> None:
        """Other accounts, and for the ring other addresses."""
        self._borrow(rng, at)
        self.era[np.unique(self.ring[at])] += 1
