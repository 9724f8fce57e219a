"""Origin launderers: after a duty change, goods made in China are declared as made elsewhere; at sea, to evade orders.

How honest trade overlaps it: after the same change some honest sources really move production to the same countries,
with new shippers there and the goods, prices and buyers of before (honest.py).

Belongs here: what is declared before and after the change, and how a caught front changes its route.
Belongs elsewhere: fronts (adversary.py), the honest who move (honest.py).
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import numpy as np

from sample_data.word import Flags, Ints
from sample_data.world.adversary import CODE, Adversary, Scheme, blank, convict
from sample_data.world.firm import NOBODY
from sample_data.world.ground import CHINA, COUNTRY
from sample_data.world.parameter import told
from sample_data.world.shipment import Shipments


@dataclass(frozen=True)
class OriginLaundering(Scheme):
    """Figures of origin launderers."""

    share: float = told(0.008, "of entries, before and after the change")
    air_share: float = told(0.006, "of house air waybills")
    sea_share: float = told(0.015, "of ocean bills", "EAPA investigations: evasion by transshipment, mostly by sea")
    guilty_share: float = told(0.8, "of what they send after the change")
    fronts: int = told(10, "at scale 0.0005")
    rings: int = told(5, "at scale 0.0005")
    groups: tuple[str, ...] = told(("tool", "kitchen", "home", "sport"), "goods of the change")
    sea_groups: tuple[str, ...] = told(("tyre", "metal", "floor"), "goods under anti-dumping orders")
    change_day: int = told(42, "day of the world on which the duty of its goods made in China rises")
    change_duty: float = told(
        0.25, "to that share of value, where it was less", "Section 301 actions were of 7.5 to 25 %, later more"
    )
    third: tuple[str, ...] = told(("VN", "MY", "TH"), "countries declared", "EAPA cases name these three most")
    lag_days: float = told(10.0, "mean days after the change until a front switches")
    slip_share: float = told(0.35, "rows whose export or packing country still says China")
    order_duty: tuple[float, float] = told(
        (0.3, 1.2), "duty of an order, as a share of value", "AD/CVD orders in force"
    )


class OriginLaunderer(Adversary):
    """`switches_on` is the day on which a front begins to launder, `third` the country it declares."""

    name: ClassVar[str] = "origin_launderer"
    figures: OriginLaundering

    def prepare(self, rng: np.random.Generator) -> None:
        """Until the change a front is an honest Chinese shipper; at sea it launders from the first day."""
        wait = rng.exponential(self.figures.lag_days, self.n).astype(np.int64)
        at_sea = np.arange(self.n) >= self.parcels_n
        self.switches_on = np.where(at_sea, 0, self.figures.change_day + wait)
        self.third = np.array([COUNTRY[code] for code in self.figures.third])[self.ring % len(self.figures.third)]
        self.has_begun = self.switches_on <= 0
        self.fronts.origin[:] = CHINA
        self._move(rng, np.flatnonzero(at_sea), 0)

    def live(self, rng: np.random.Generator, day: int) -> None:
        """On its day a front gets a new shipper in the third country."""
        self.has_begun = self.switches_on <= day
        self._move(rng, np.flatnonzero(self.switches_on == day), day)

    def _move(self, rng: np.random.Generator, at: Ints, day: int) -> None:
        opened = day - rng.integers(3, 90, len(at))
        shippers = self.scene.books.shippers.add(self.process, self.third[at], opened, np.full(len(at), NOBODY))
        self.fronts.shipper[at] = self.fronts.other_shipper[at] = shippers
        self.fronts.opened[at] = opened

    def bend(self, rng: np.random.Generator, sent: Shipments, guilty: Flags, on: date) -> None:
        """What is made in China is declared as made where it is shipped from."""
        at_sea = sent.front >= self.parcels_n
        liar = guilty & self.has_begun[sent.front]
        truly_there = ~guilty & self.has_begun[sent.front]
        third = self.third[sent.front]
        slips = liar & (rng.random(sent.n) < self.figures.slip_share)
        sent.origin = np.where(liar | truly_there, third, CHINA)
        sent.export = np.where(slips & (rng.random(sent.n) < 0.5), CHINA, sent.export)
        sent.packing = np.where(slips, CHINA, sent.packing)
        blank(sent, rng, 0.15)
        convict(sent, liar, "FALSE_ORIGIN")
        sent.code[liar & at_sea] = CODE["ADCVD_EVASION"]
        duty = self.rules.ground.duty_share
        rate = np.maximum(duty[sent.line, CHINA], duty[sent.line, third] + self.figures.change_duty)
        rate = rate - duty[sent.line, third]
        rate = np.where(at_sea, rng.uniform(*self.figures.order_duty, sent.n), rate)
        sent.loss_usd = np.where(liar, np.round(rate * sent.value_usd, 2), 0.0)

    def adapt(self, rng: np.random.Generator, at: Ints, day: int) -> None:
        """Caught fronts ship over another third country, from a new shipper there."""
        others = np.array([COUNTRY[code] for code in self.figures.third])
        self.third[at] = others[(np.searchsorted(np.sort(others), self.third[at]) + 1) % len(others)]
        self._move(rng, at[self.switches_on[at] <= day], day)
