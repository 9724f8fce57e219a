"""What all adversaries have in common: fronts that trade, a share of guilt, a way to bend shipments, and learning.

Belongs here: fronts and how they are opened, drawing a day's shipments, losses, the codes of findings.
Belongs elsewhere: what each scheme does (price_shaver.py and the modules beside it), honest trade (honest.py).
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Literal

import numpy as np

from sample_data.word import Flags, Floats, Ints
from sample_data.world.firm import NOBODY
from sample_data.world.ground import COUNTRY, GROUPS
from sample_data.world.parameter import told
from sample_data.world.shipment import MISSING, Rules, Shipments, draw_shipments, draw_sources
from sample_data.world.source import LINES, Books, Sources, Wanted, make_sellers, make_sources
from sample_data.world.stream import Streams

Stream = Literal["entry", "air", "truck", "sea", "x12"]
# How many times a parcel's quantity a shipment of each stream has.
SIZES: dict[Stream, float] = {"entry": 1.0, "air": 3.0, "truck": 12.0, "sea": 400.0, "x12": 400.0}
AT_SEA: tuple[Stream, ...] = ("sea", "x12")
# Findings, in the closed list's own codes; a shipment's code is a position here and 0 means that nothing is wrong.
CODES = (
    "NO_DISCREPANCY", "UNDERVALUED", "MISCLASSIFIED", "FALSE_ORIGIN", "ADCVD_EVASION", "STRUCTURED", "NARCOTICS",
    "PRECURSOR", "PILL_PRESS", "WEAPON", "MISMANIFESTED", "IPR_COUNTERFEIT", "UNSAFE_PRODUCT", "FDA_REFUSED",
    "PROHIBITED", "UFLPA_DETAINED", "WRO_DETAINED",
)  # fmt: skip
CODE = {code: i for i, code in enumerate(CODES)}
CODE_FAMILY = (
    None, *("revenue",) * 5, *("contraband",) * 5, *("product",) * 4, *("forced_labor",) * 2,
)  # fmt: skip


@dataclass(frozen=True)
class Scheme:
    """Figures that every scheme has; a share is of all shipments of the stream, guilty or not."""

    share: float = told(0.005, "of entries")
    air_share: float = told(0.0, "of house air waybills")
    sea_share: float = told(0.0, "of ocean bills")
    guilty_share: float = told(0.8, "of what its fronts send; the rest is cover")
    fronts: int = told(6, "fronts at scale 0.0005; they grow with the square root of scale")
    rings: int = told(3, "groups of fronts with one hand behind them, at scale 0.0005")
    countries: tuple[str, ...] = told(("CN",), "where its shippers sit, by turns")
    groups: tuple[str, ...] = told(("phone",), "goods it deals in, by turns")
    sea_groups: tuple[str, ...] = told((), "goods it deals in at sea")
    word: str = told("", "word that its goods have in their wording")
    first_day: int = told(0, "day of the world on which it begins")
    rest_days: float = told(3.0, "mean pause of a front that was caught")


@dataclass(frozen=True)
class Scene:
    """What an adversary acts in."""

    ground_rules: Rules
    books: Books
    streams: Streams
    scale: float


class Adversary(ABC):
    """One scheme at work. Fronts are sources; those at sea are counted on after those of parcels."""

    name: ClassVar[str]

    def __init__(self, scene: Scene, figures: Scheme, process: int) -> None:
        """The scheme before its first day, with its fronts.

        Args:
            process: its number; those of schemes begin with 1, 0 being honest trade.
        """
        self.scene, self.figures, self.process = scene, figures, process
        self.rules = scene.ground_rules
        growth = max(1.0, (scene.scale / 0.0005) ** 0.5)
        self.rings_n = max(1, round(figures.rings * growth))
        rng = scene.streams.open(f"{self.name}/fronts")
        n, at_sea = round(figures.fronts * growth), (max(2, round(2 * growth)) if figures.sea_share else 0)
        self.parcels_n = n
        self.ring = np.arange(n + at_sea) % self.rings_n
        self.free_on = np.zeros(n + at_sea, dtype=np.int64)
        self.ring_address = np.full(self.rings_n, NOBODY)
        self.fronts = self._open(rng, np.arange(n + at_sea), figures.first_day)
        self.prepare(rng)

    @property
    def n(self) -> int:
        """How many fronts there are."""
        return len(self.ring)

    def prepare(self, rng: np.random.Generator) -> None:  # noqa: B027
        """Set up what the scheme remembers beside its fronts."""

    def live(self, rng: np.random.Generator, day: int) -> None:  # noqa: B027
        """What happens on a day whether or not anything was caught."""

    @abstractmethod
    def bend(self, rng: np.random.Generator, sent: Shipments, guilty: Flags, on: date) -> None:
        """Make of honestly drawn shipments what the scheme sends; what is guilty gets its code and loss."""

    @abstractmethod
    def adapt(self, rng: np.random.Generator, at: Ints, day: int) -> None:
        """What the scheme changes about the fronts that were caught."""

    def learn(self, rng: np.random.Generator, at: Ints, day: int) -> None:
        """The fronts at these positions know that they were caught: they rest, and the scheme adapts."""
        fronts = np.unique(at)
        self.free_on[fronts] = day + 1 + rng.exponential(self.figures.rest_days, len(fronts)).astype(np.int64)
        self.adapt(rng, fronts, day)

    def draw(self, rng: np.random.Generator, stream: Stream, day: int, on: date, total: int) -> Shipments | None:
        """The scheme's shipments of the day in the stream, of which there are `total` in all, or None."""
        here = (np.arange(self.n) >= self.parcels_n) == (stream in AT_SEA)
        active = here & (self.free_on <= day) & (self.fronts.born <= day)
        n = int(rng.poisson(self.share_of(stream) * total * active.sum() / max(1, here.sum()))) if active.any() else 0
        if n == 0 or day < self.figures.first_day:
            return None
        at = draw_sources(rng, self.fronts, day, active.astype(np.float64), 5.0, n)
        sent = draw_shipments(rng, self.rules, self.fronts, at, day, SIZES[stream])
        sent.process[:] = self.process
        sent.ring[:] = self.ring[at]
        self.bend(rng, sent, rng.random(n) < self.figures.guilty_share, on)
        return sent

    def share_of(self, stream: Stream) -> float:
        """The scheme's share of the stream."""
        figures = self.figures
        return {"entry": figures.share, "air": figures.air_share, "truck": 0.0}.get(stream, figures.sea_share)

    def reopen(self, rng: np.random.Generator, at: Ints, day: int, *, keeps_address: bool) -> None:
        """New shippers and sellers stand where these fronts were; at their ring's address if it is kept."""
        if not keeps_address:
            self.ring_address[self.ring[at]] = NOBODY
        self.fronts.put(at, self._open(rng, at, day))

    def _open(self, rng: np.random.Generator, at: Ints, day: int) -> Sources:
        """Fronts for these positions, with new shippers whose accounts are young, and new sellers."""
        figures, books = self.figures, self.scene.books
        countries = np.array([COUNTRY[code] for code in figures.countries])[self.ring[at] % len(figures.countries)]
        opened = day - rng.integers(3, 160, len(at))
        homes = self.ring_address[self.ring[at]]
        at_home = books.shippers.country[books.shippers.current[np.maximum(homes, 0)]] == countries
        shipper = books.shippers.add(self.process, countries, opened, np.where(at_home, homes, NOBODY))
        self.ring_address[self.ring[at]] = np.where(homes >= 0, homes, shipper)
        groups = np.array([GROUPS.index(group) for group in figures.groups])[at % len(figures.groups)]
        seller = make_sellers(rng, books, self.process, len(at), self.rules.parties)
        weight = rng.lognormal(0.0, 0.5, len(at))
        wanted = Wanted(self.process, shipper, seller, weight, groups)
        fronts = make_sources(rng, self.rules.ground, books, wanted, self.rules.parties, day)
        forever = np.full(len(at), np.iinfo(np.int64).max)
        level = rng.lognormal(0.0, self.rules.prices.source_sigma, len(at))
        is_mail = np.zeros(len(at), dtype=np.bool_)
        return replace(
            fronts, lines=self._choose_lines(rng, at), dies=forever, level=level, is_mail=is_mail, opened=opened
        )

    def _choose_lines(self, rng: np.random.Generator, at: Ints) -> Ints:
        figures = self.figures
        parcels = self.rules.ground.list_lines(figures.groups, figures.word)
        sea = self.rules.ground.list_lines(figures.sea_groups) if figures.sea_groups else parcels
        draws = rng.random((len(at), LINES))
        at_sea = (at >= self.parcels_n)[:, None]
        lines: Ints = np.where(
            at_sea, sea[(draws * len(sea)).astype(np.int64)], parcels[(draws * len(parcels)).astype(np.int64)]
        )
        return lines


def convict(sent: Shipments, guilty: Flags, code: str) -> None:
    """What is guilty would be found as this code."""
    sent.code[guilty] = CODE[code]


def lose_duty(sent: Shipments, guilty: Flags, owed: Floats, paid: Floats) -> None:
    """What is guilty loses the difference between the duty owed and the duty paid."""
    sent.loss_usd[guilty] = np.round(np.maximum(owed - paid, 0.0), 2)[guilty]


def owe(rules: Rules, line: Ints, origin: Ints, value: Floats) -> Floats:
    """Ad valorem duty of these values, with the fee of a low-value filing left out."""
    duty: Floats = rules.ground.duty_share[line, origin] * value
    return duty


def hide_prices(rng: np.random.Generator, sent: Shipments, share: float) -> None:
    """That share of listed prices is not shown; the others are those of the declared value."""
    hidden = rng.random(sent.n) < share
    sent.listed_usd = np.where(hidden, np.nan, np.round(sent.value_usd * 1.08, 2))


def blank(sent: Shipments, rng: np.random.Generator, share: float) -> None:
    """That share of rows does not say where it was packed."""
    sent.packing = np.where(rng.random(sent.n) < share, MISSING, sent.packing)
