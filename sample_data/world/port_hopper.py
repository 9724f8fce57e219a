"""Precursor routes: chemicals, pill presses and their parts under thin texts, by ports that change when watched.

How honest trade overlaps it: the same goods are honestly traded, one honest text in thirty says nothing, and one honest
parcel in eight takes its source's other port.

Belongs here: texts, weights and ports of the routes, and how they move.
Belongs elsewhere: fronts (adversary.py).
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import numpy as np

from sample_data.word import Flags, Ints
from sample_data.world.adversary import CODE, Adversary, Scheme
from sample_data.world.ground import MEXICO
from sample_data.world.parameter import told
from sample_data.world.shipment import Shipments, choose_carriers
from sample_data.world.stream import draw_index


@dataclass(frozen=True)
class PortHopping(Scheme):
    """Figures of precursor routes."""

    share: float = told(0.004, "of entries")
    air_share: float = told(
        0.008, "of house air waybills", "CBP strategy 2023: precursors and presses come by air cargo"
    )
    sea_share: float = told(0.006, "of ocean bills")
    guilty_share: float = told(0.6, "of what they send")
    fronts: int = told(6, "at scale 0.0005")
    rings: int = told(4, "at scale 0.0005: routes")
    countries: tuple[str, ...] = told(("CN", "HK", "CN", "IN"), "their shippers' countries")
    groups: tuple[str, ...] = told(("machine", "chemical", "auto", "tool"), "what they say it is")
    sea_groups: tuple[str, ...] = told(("chemical", "machine"), "the same at sea")
    vague_share: float = told(0.45, "rows whose text says nothing")
    heavier: float = told(1.35, "gross weight against what the declared goods would weigh, on average")
    hop_days: float = told(30.0, "mean days until a route changes its port anyway")
    loyalty: float = told(0.85, "rows that go by the route's port of the time")
    refile_share: float = told(0.4, "caught routes that also change their filer")
    codes: tuple[tuple[str, float], ...] = told(
        (("PRECURSOR", 0.4), ("PILL_PRESS", 0.25), ("NARCOTICS", 0.2), ("MISMANIFESTED", 0.15)), "what exams find"
    )


class PortHopper(Adversary):
    """Each route has one `port` at a time."""

    name: ClassVar[str] = "port_hopper"
    figures: PortHopping

    def prepare(self, rng: np.random.Generator) -> None:
        """Every route begins at a port of its own."""
        self.port = draw_index(rng, self.rules.ground.air_share, self.n)

    def live(self, rng: np.random.Generator, day: int) -> None:
        """Routes change now and then, watched or not."""
        self._hop(rng, np.flatnonzero(rng.random(self.n) < 1.0 / self.figures.hop_days))

    def _hop(self, rng: np.random.Generator, at: Ints) -> None:
        self.port[at] = draw_index(rng, self.rules.ground.air_share, len(at))

    def bend(self, rng: np.random.Generator, sent: Shipments, guilty: Flags, on: date) -> None:
        """Thin texts, heavy parcels, the route's port."""
        figures, ground = self.figures, self.rules.ground
        vague = rng.integers(ground.vague_first, len(ground.texts), sent.n)
        sent.text = np.where(guilty & (rng.random(sent.n) < figures.vague_share), vague, sent.text)
        heavier = rng.lognormal(np.log(figures.heavier), 0.2, sent.n)
        sent.kg = np.where(guilty, np.round(sent.kg * heavier, 3), sent.kg)
        goes = (rng.random(sent.n) < figures.loyalty) & (self.rules.shippers.country[sent.identity] != MEXICO)
        port = np.where(goes, self.port[sent.front], sent.port)
        sent.mode = np.where(goes, ground.port_mode[port, 0], sent.mode)
        sent.carrier = np.where(goes, choose_carriers(ground, port, sent.number), sent.carrier)
        sent.port = port
        names = np.array([CODE[code] for code, _ in figures.codes])
        codes = names[draw_index(rng, np.array([share for _, share in figures.codes]), sent.n)]
        sent.code = np.where(guilty, codes, 0)

    def adapt(self, rng: np.random.Generator, at: Ints, day: int) -> None:
        """A caught route changes its port, and sometimes its filer; at sea it opens under another name."""
        self._hop(rng, at)
        parcels = at[at < self.parcels_n]
        moved = parcels[rng.random(len(parcels)) < self.figures.refile_share]
        self.fronts.filer[moved] = draw_index(rng, self.scene.books.filer_weights, len(moved))
        self.reopen(rng, at[at >= self.parcels_n], day, keeps_address=False)
