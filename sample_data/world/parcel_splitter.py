"""Order splitters: one purchase arrives as several parcels, each under the limit of the date, for one address.

How honest trade overlaps it: firms and regulars get several parcels of one source in a day, dear single goods are worth
what a split parcel is, and many people receive at the address of a hub.

Belongs here: how an order is split, to whom it goes, and how that changes after a catch.
Belongs elsewhere: fronts (adversary.py), the limit of the date (season.py).
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import numpy as np

from sample_data.word import Flags, Ints
from sample_data.world.adversary import Adversary, Scheme, convict
from sample_data.world.parameter import told
from sample_data.world.season import find_limit
from sample_data.world.shipment import Shipments
from sample_data.world.stream import mix_below


@dataclass(frozen=True)
class ParcelSplitting(Scheme):
    """Figures of order splitters."""

    share: float = told(0.004, "of entries")
    guilty_share: float = told(0.9, "of what they send")
    fronts: int = told(4, "at scale 0.0005")
    rings: int = told(3, "at scale 0.0005")
    countries: tuple[str, ...] = told(("CN", "HK", "CN"), "their shippers' countries")
    groups: tuple[str, ...] = told(("phone", "computer", "audio"), "dear goods of small size")
    parcels: float = told(4.0, "parcels of an order, on average")
    names: int = told(5, "names that receive at one address")
    highest: float = told(0.97, "a parcel's value is at most that part of the limit")
    lowest: float = told(0.62, "and at least that part")
    retreat: float = told(0.15, "after a catch both fall by that, but not below a third")
    lost_share: tuple[float, float] = told((0.08, 0.25), "of the value: fees and duties of the formal entry avoided")


class ParcelSplitter(Adversary):
    """`book` counts the address books that a front has gone through, `cap` is the top of its values."""

    name: ClassVar[str] = "parcel_splitter"
    figures: ParcelSplitting

    def prepare(self, rng: np.random.Generator) -> None:
        """Every front begins with a first set of names at one address."""
        self.book = np.arange(self.n) * 1_000
        self.cap = np.full(self.n, self.figures.highest)

    def bend(self, rng: np.random.Generator, sent: Shipments, guilty: Flags, on: date) -> None:
        """Parcels of a front on a day go to a few names at one address, each worth a little less than the limit."""
        figures = self.figures
        book = self.book[sent.front]
        order = (np.arange(sent.n) / figures.parcels).astype(np.int64)
        name = mix_below(book * 8 + order % figures.names, 51, self.rules.consignees_n)
        home = mix_below(book, 52, self.rules.consignees_n) * 32
        sent.consignee = np.where(guilty, name, sent.consignee)
        sent.place = np.where(guilty, home, sent.place)
        cap = self.cap[sent.front]
        target = find_limit(on) * rng.uniform(cap - (figures.highest - figures.lowest), cap)
        times = np.maximum(1.0, np.round(target / sent.true_usd * sent.quantity)) / sent.quantity
        scaled = np.where(guilty, times, 1.0)
        sent.quantity = np.round(sent.quantity * scaled).astype(np.int64)
        sent.kg, sent.true_usd = np.round(sent.kg * scaled, 3), np.where(guilty, target, sent.true_usd)
        sent.value_usd = np.where(guilty, np.round(target, 2), sent.value_usd)
        sent.listed_usd = np.where(guilty, np.round(target * 1.05, 2), sent.listed_usd)
        convict(sent, guilty, "STRUCTURED")
        lost = sent.value_usd * rng.uniform(*figures.lost_share, sent.n)
        sent.loss_usd = np.where(guilty, np.round(lost, 2), 0.0)

    def adapt(self, rng: np.random.Generator, at: Ints, day: int) -> None:
        """Caught fronts take another address and names, and stay further under the limit."""
        self.book[at] += 1
        self.cap[at] = np.maximum(self.cap[at] - self.figures.retreat, 0.68)
