"""Counterfeit sellers: fakes in small parcels, under names that change every few weeks at one shared address.

How honest trade overlaps it: one shipper in twelve sits at another's address, honest sources open every day with young
accounts, and discounters sell the same goods as cheaply.

Belongs here: goods and prices of fakes, how names change, when an address is given up.
Belongs elsewhere: fronts (adversary.py).
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import numpy as np

from sample_data.word import Flags, Floats, Ints
from sample_data.world.adversary import Adversary, Scheme, convict
from sample_data.world.parameter import told
from sample_data.world.shipment import Shipments


@dataclass(frozen=True)
class Counterfeiting(Scheme):
    """Figures of counterfeit sellers."""

    share: float = told(0.007, "of entries")
    air_share: float = told(0.004, "of house air waybills")
    guilty_share: float = told(0.85, "of what they send")
    fronts: int = told(9, "at scale 0.0005")
    rings: int = told(3, "at scale 0.0005: addresses")
    countries: tuple[str, ...] = told(("CN", "CN", "HK"), "their shippers' countries", "OECD/EUIPO: mostly these two")
    groups: tuple[str, ...] = told(
        ("footwear", "watch", "eyewear", "bag", "jewellery"), "goods that are faked most", "OECD/EUIPO 2018"
    )
    price_level: float = told(0.55, "of the usual price: dearer than other cheap goods, cheaper than the real ones")
    life_days: float = told(21.0, "mean days until a name is given up anyway")
    leave_share: float = told(0.25, "catches after which the address is given up too")
    most_pieces: int = told(10, "pieces a parcel at most", "OECD/EUIPO 2018: parcels of at most ten items")


class ReopeningCounterfeiter(Adversary):
    """Fronts of one ring share its address under ever new names."""

    name: ClassVar[str] = "reopening_counterfeiter"
    figures: Counterfeiting

    def live(self, rng: np.random.Generator, day: int) -> None:
        """Names are given up now and then, caught or not."""
        tired = np.flatnonzero(rng.random(self.n) < 1.0 / self.figures.life_days)
        self.reopen(rng, tired, day, keeps_address=True)

    def bend(self, rng: np.random.Generator, sent: Shipments, guilty: Flags, on: date) -> None:
        """Few pieces, cheap for what they look like."""
        few = np.minimum(sent.quantity, self.figures.most_pieces)
        part = few / sent.quantity * np.where(guilty, self.figures.price_level, 1.0)
        lighter: Floats = np.maximum(sent.kg * few / sent.quantity, 0.02)
        sent.kg = np.round(lighter, 3)
        sent.quantity = few
        for name in ("true_usd", "value_usd", "listed_usd"):
            setattr(sent, name, np.round(np.maximum(getattr(sent, name) * part, 0.5), 2))
        convict(sent, guilty, "IPR_COUNTERFEIT")

    def adapt(self, rng: np.random.Generator, at: Ints, day: int) -> None:
        """Caught fronts open again at once under new names, now and then at another address."""
        leaves = rng.random(len(at)) < self.figures.leave_share
        self.reopen(rng, at[leaves], day, keeps_address=False)
        self.reopen(rng, at[~leaves], day, keeps_address=True)
        self.free_on[at] = day + 1
