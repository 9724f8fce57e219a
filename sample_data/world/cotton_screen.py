"""Forced-labor supply behind a trading company: cotton and tomato goods whose maker no paper names.

How honest trade overlaps it: honest trading companies deal in the same goods from the same towns, and an eighth of all
sources are as new.

Belongs here: what the trading company sells, to whom, and under which name.
Belongs elsewhere: fronts (adversary.py).
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import numpy as np

from sample_data.word import Flags, Ints
from sample_data.world.adversary import CODE, Adversary, Scheme, convict
from sample_data.world.ground import CHINA, COUNTRY
from sample_data.world.parameter import told
from sample_data.world.person import FIRST_FIRM
from sample_data.world.shipment import Shipments
from sample_data.world.stream import mix_below


@dataclass(frozen=True)
class CottonScreening(Scheme):
    """Figures of forced-labor supply."""

    share: float = told(0.005, "of entries")
    air_share: float = told(0.004, "of house air waybills")
    sea_share: float = told(0.014, "of ocean bills", "UFLPA statistics: most shipments stopped are large ones")
    guilty_share: float = told(0.7, "of what they send")
    fronts: int = told(6, "at scale 0.0005")
    rings: int = told(3, "at scale 0.0005: suppliers behind them")
    countries: tuple[str, ...] = told(("CN", "VN", "CN"), "the trading companies' countries")
    groups: tuple[str, ...] = told(("apparel", "home"), "goods of cotton", "DHS UFLPA strategy: priority sectors")
    sea_groups: tuple[str, ...] = told(("yarn", "bulkfood"), "cotton yarn and tomato paste, by the same source")
    word: str = told("cotton", "in the wording of what it sells")
    price_level: float = told(0.82, "of the usual price")
    firm_share: float = told(0.45, "rows that go to one of a few importing firms")
    firms: int = told(4, "those firms, per supplier")
    third_share: float = told(0.3, "rows that declare the trading company's country although made in China")
    wro_share: float = told(0.35, "of what is found at sea is under a Withhold Release Order")


class CottonScreen(Adversary):
    """Suppliers are the rings; their trading companies change, the buyers stay."""

    name: ClassVar[str] = "cotton_screen"
    figures: CottonScreening

    def prepare(self, rng: np.random.Generator) -> None:
        """The goods are made in China wherever the trading company is."""
        self.fronts.origin[:] = CHINA

    def bend(self, rng: np.random.Generator, sent: Shipments, guilty: Flags, on: date) -> None:
        """A little cheap, often for the same few firms, sometimes with the trading company's own origin."""
        figures = self.figures
        level = np.where(guilty, figures.price_level, 1.0)
        for name in ("true_usd", "value_usd", "listed_usd"):
            setattr(sent, name, np.round(np.maximum(getattr(sent, name) * level, 0.5), 2))
        buys = rng.random(sent.n) < figures.firm_share
        firm = FIRST_FIRM + mix_below(
            sent.ring * 8 + rng.integers(0, figures.firms, sent.n), 61, self.rules.importers_n
        )
        sent.consignee, sent.place = np.where(buys, firm, sent.consignee), np.where(buys, firm * 32, sent.place)
        home = self.rules.shippers.country[sent.identity]
        claims = guilty & (rng.random(sent.n) < figures.third_share) & (home == COUNTRY["VN"])
        sent.origin = np.where(claims, home, sent.origin)
        convict(sent, guilty, "UFLPA_DETAINED")
        at_sea = guilty & (sent.front >= self.parcels_n)
        sent.code[at_sea & (rng.random(sent.n) < figures.wro_share)] = CODE["WRO_DETAINED"]

    def adapt(self, rng: np.random.Generator, at: Ints, day: int) -> None:
        """A caught trading company is followed by another, in half of the cases at the same address."""
        stays = rng.random(len(at)) < 0.5
        self.reopen(rng, at[stays], day, keeps_address=True)
        self.reopen(rng, at[~stays], day, keeps_address=False)
        self.fronts.origin[at] = CHINA
