"""Undervaluers: sellers of dutiable goods who declare a part of what was paid.

How honest trade overlaps it: discounters sell at 0.45 of the usual price, single sales spread by a third, honest
mistakes are undervaluations too, and firms buy as many pieces; a shaver who was caught declares up to nine tenths.

Belongs here: how much is shaved, and how that moves when a front is caught or is not.
Belongs elsewhere: fronts (adversary.py).
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import numpy as np

from sample_data.word import Flags, Ints
from sample_data.world.adversary import Adversary, Scheme, convict, hide_prices, lose_duty, owe
from sample_data.world.parameter import told
from sample_data.world.shipment import Shipments


@dataclass(frozen=True)
class PriceShaving(Scheme):
    """Figures of undervaluers."""

    share: float = told(0.011, "of entries", "undervaluation is the commonest finding in published customs data sets")
    air_share: float = told(0.006, "of house air waybills")
    guilty_share: float = told(0.85, "of what they send")
    fronts: int = told(12, "at scale 0.0005")
    rings: int = told(7, "at scale 0.0005")
    countries: tuple[str, ...] = told(("CN", "CN", "HK", "CN", "IN", "CN", "TR"), "their shippers' countries")
    groups: tuple[str, ...] = told(("phone", "bag", "apparel", "computer", "appliance"), "dutiable or dear goods")
    pieces: float = told(4.0, "times a person's quantity that its parcels hold, on average: they are for resale")
    first_share: float = told(0.35, "mean share of the true value that a front begins to declare")
    first_sigma: float = told(0.30, "its log-spread over fronts")
    row_sigma: float = told(0.18, "its log-spread over rows: not every parcel is cut alike")
    rise: float = told(0.15, "a caught front declares that much more from then on")
    creep: float = told(0.004, "an uncaught one that much less each day, down to the floor")
    floor: float = told(0.15, "the least share declared")
    reopen_share: float = told(0.3, "caught fronts that go on under new names instead")
    hide_share: float = told(0.6, "rows that show no listed price")


class PriceShaver(Adversary):
    """Fronts each declare a share of the value; `declares` is that share."""

    name: ClassVar[str] = "price_shaver"
    figures: PriceShaving

    def prepare(self, rng: np.random.Generator) -> None:
        """Every front begins with a share of its own."""
        first = self.figures.first_share * rng.lognormal(0.0, self.figures.first_sigma, self.n)
        self.declares = np.clip(first, self.figures.floor, 0.9)

    def live(self, rng: np.random.Generator, day: int) -> None:
        """What goes unpunished grows bolder."""
        self.declares = np.maximum(self.declares - self.figures.creep, self.figures.floor)

    def bend(self, rng: np.random.Generator, sent: Shipments, guilty: Flags, on: date) -> None:
        """The declared value is cut."""
        times = np.where(guilty, rng.geometric(1.0 / self.figures.pieces, sent.n), 1)
        sent.quantity, sent.true_usd = sent.quantity * times, sent.true_usd * times
        sent.kg = np.round(sent.kg * times, 3)
        share = self.declares[sent.front] * rng.lognormal(0.0, self.figures.row_sigma, sent.n)
        cut = np.round(np.maximum(sent.true_usd * np.minimum(share, 0.95), 0.5), 2)
        sent.value_usd = np.where(guilty, cut, sent.value_usd)
        hide_prices(rng, sent, self.figures.hide_share)
        convict(sent, guilty, "UNDERVALUED")
        owed = owe(self.rules, sent.line, sent.origin, sent.true_usd)
        lose_duty(sent, guilty, owed, owe(self.rules, sent.line, sent.origin, sent.value_usd))

    def adapt(self, rng: np.random.Generator, at: Ints, day: int) -> None:
        """Caught fronts declare more, or open anew elsewhere."""
        self.declares[at] = np.minimum(self.declares[at] + self.figures.rise, 0.9)
        self.reopen(rng, at[rng.random(len(at)) < self.figures.reopen_share], day, keeps_address=False)
