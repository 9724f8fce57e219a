"""Honest trade over time: what is sent each day, what it gets wrong, and how sources and shippers come, move and go.

Belongs here: honest sources' day, gifts, honest mistakes, births, closures, moves, and the honest who move production.
Belongs elsewhere: how sources and shipments are drawn (source.py, shipment.py), adversaries.
"""

from dataclasses import replace
from datetime import date

import numpy as np

from sample_data.goods import GROUP_SHARES
from sample_data.word import Floats, Ints, zipf_weights
from sample_data.world.adversary import AT_SEA, CODE, SIZES, Scene, Stream, lose_duty, owe
from sample_data.world.firm import NOBODY, PROCESSES
from sample_data.world.ground import CHINA, COUNTRY, GROUPS, HONG_KONG, MEXICO
from sample_data.world.origin_launderer import OriginLaundering
from sample_data.world.parameter import Seasons
from sample_data.world.season import weigh_china, weigh_groups
from sample_data.world.shipment import MISSING, Shipments, draw_shipments, draw_sources
from sample_data.world.source import (
    HONEST,
    Sources,
    Wanted,
    draw_countries,
    draw_groups,
    draw_levels,
    make_honest,
    make_sellers,
    make_shippers,
    make_sources,
)
from sample_data.world.stream import draw_index

# What an honest shipment is found to be when it is wrong, and what it is in some groups of goods.
MISTAKES = (
    ("MISCLASSIFIED", 0.5),
    ("UNDERVALUED", 0.34),
    ("PROHIBITED", 0.06),
    ("MISMANIFESTED", 0.07),
    ("WEAPON", 0.03),
)
_MISTAKE_OF_GROUP = {
    "toy": "UNSAFE_PRODUCT", "light": "UNSAFE_PRODUCT", "appliance": "UNSAFE_PRODUCT", "food": "FDA_REFUSED",
    "health": "FDA_REFUSED", "beauty": "FDA_REFUSED", "watch": "IPR_COUNTERFEIT", "footwear": "IPR_COUNTERFEIT",
}  # fmt: skip
_OWN_MISTAKE = np.array([CODE[_MISTAKE_OF_GROUP[group]] if group in _MISTAKE_OF_GROUP else 0 for group in GROUPS])
_OCEAN_SHARES = np.array([0.44, 0.04, 0.1, 0.05, 0.02, 0.08, 0.01, 0.05, 0.04, 0.03, 0.04, 0.04, 0.03, 0.01, 0.02, 0.0])
_SEA_GROUPS = {
    "furniture": 0.2, "home": 0.1, "kitchen": 0.08, "tool": 0.07, "toy": 0.05, "apparel": 0.08, "footwear": 0.05,
    "auto": 0.06, "tyre": 0.06, "metal": 0.07, "floor": 0.07, "solar": 0.03, "bulkfood": 0.06, "yarn": 0.05,
    "chemical": 0.03, "machine": 0.03, "light": 0.03, "phone": 0.03,
}  # fmt: skip
_MOVES_PRODUCTION = 0.05
_X12_EVERY = 5


class HonestTrade:
    """The honest sources of parcels and of sea lanes, and their shippers."""

    def __init__(self, scene: Scene, seasons: Seasons, change: OriginLaundering) -> None:
        self.scene, self.rules, self.seasons, self.change = scene, scene.ground_rules, seasons, change
        parties, growth = self.rules.parties, scene.scale**self.rules.parties.growth
        rng = scene.streams.open("honest/sources")
        books = scene.books
        shippers = make_shippers(rng, books, draw_countries(rng, round(parties.shippers * growth)), parties, 0)
        n = round(parties.sellers * growth), round(parties.direct * growth)
        self.sources = make_honest(rng, self.rules.ground, books, shippers, n, (parties, self.rules.prices))
        rng = scene.streams.open("honest/lanes")
        lanes_n = max(24, round(parties.sea_lanes * growth))
        at_sea = make_shippers(rng, books, draw_countries(rng, max(16, lanes_n // 2), _OCEAN_SHARES), parties, 0)
        groups = np.array([GROUPS.index(group) for group in _SEA_GROUPS])
        wanted = Wanted(
            HONEST, at_sea[rng.integers(0, len(at_sea), lanes_n)], np.zeros(lanes_n, dtype=np.int64),
            zipf_weights(lanes_n, 0.7), groups[draw_index(rng, np.array(list(_SEA_GROUPS.values())), lanes_n)],
        )  # fmt: skip
        lanes = make_sources(rng, self.rules.ground, books, wanted, parties, -1_000)
        self.lanes = replace(
            lanes, dies=np.full(lanes_n, np.iinfo(np.int64).max), level=draw_levels(rng, lanes_n, self.rules.prices)
        )

    def live(self, rng: np.random.Generator, day: int) -> None:
        """Sources close and others open, shippers move; after the duty change some honest production moves too."""
        closed = np.flatnonzero(self.sources.dies <= day)
        if len(closed):
            self._renew(rng, closed, day)
        own = np.flatnonzero(self.rules.shippers.key % PROCESSES == HONEST)
        moved = own[rng.random(len(own)) < self.rules.parties.moves_a_year / 365.25]
        if len(moved):
            self.rules.shippers.move(moved)
        if 0 <= day - self.change.change_day < 28:
            self._move_production(rng, day)

    def _renew(self, rng: np.random.Generator, at: Ints, day: int) -> None:
        """Where sources closed, others open, of the same weight in time; some with shippers nobody has seen."""
        parties, books = self.rules.parties, self.scene.books
        shipper = self.sources.shipper[at].copy()
        is_new = np.flatnonzero(rng.random(len(at)) < parties.new_shipper_share)
        if len(is_new):
            home = books.shippers.country[books.shippers.current[shipper[is_new]]]
            opened = day - rng.integers(1, 60, len(is_new))
            shipper[is_new] = books.shippers.add(HONEST, home, opened, np.full(len(is_new), NOBODY))
        seller = np.where(self.sources.seller[at] > 0, make_sellers(rng, books, HONEST, len(at), parties), 0)
        wanted = Wanted(HONEST, shipper, seller, self.sources.weight[at], draw_groups(rng, len(at)))
        new = make_sources(rng, self.rules.ground, books, wanted, parties, day)
        self.sources.put(at, replace(new, level=draw_levels(rng, len(at), self.rules.prices)))

    def _move_production(self, rng: np.random.Generator, day: int) -> None:
        """A few honest sources of the changed goods really make them elsewhere from now on."""
        groups = np.array([GROUPS.index(group) for group in self.change.groups])
        concerned = np.isin(self.sources.group, groups) & (self.sources.origin == CHINA)
        at = np.flatnonzero(concerned & (rng.random(self.sources.n) < _MOVES_PRODUCTION / 28))
        third = np.array([COUNTRY[code] for code in self.change.third])[
            rng.integers(0, len(self.change.third), len(at))
        ]
        opened = day - rng.integers(3, 90, len(at))
        shippers = self.scene.books.shippers.add(HONEST, third, opened, np.full(len(at), NOBODY))
        for name, values in (("shipper", shippers), ("other_shipper", shippers), ("origin", third), ("opened", opened)):
            getattr(self.sources, name)[at] = values

    def draw(self, rng: np.random.Generator, stream: Stream, day: int, on: date, n: int) -> Shipments:
        """`n` honest shipments of the stream, gifts and mistakes among them."""
        sources = self.lanes if stream in AT_SEA else self.sources
        home = self.rules.shippers.country[self.rules.shippers.current[sources.shipper]]
        groups = weigh_groups(on, self.seasons)
        factor = np.where(sources.group < len(GROUP_SHARES), groups[np.minimum(sources.group, len(groups) - 1)], 1.0)
        factor = factor * np.where((home == CHINA) | (home == HONG_KONG), weigh_china(on, self.seasons), 1.0)
        factor = factor * self._goes(stream, sources, home)
        at = draw_sources(rng, sources, day, factor, self.rules.parties.ramp_days, n)
        sent = draw_shipments(rng, self.rules, sources, at, day, SIZES[stream])
        sent.front[:] = MISSING
        self._give(rng, sent)
        self._err(rng, sent)
        return sent

    def _goes(self, stream: Stream, sources: Sources, home: Ints) -> Floats:
        """Which sources use the stream: trucks are Mexican, mail has no air waybill, every fifth lane files X12."""
        goes = np.ones(len(home), dtype=np.bool_)
        if stream == "truck":
            goes = home == MEXICO
        if stream == "air":
            goes = (home != MEXICO) & ~sources.is_mail
        if stream in AT_SEA:
            goes = (sources.number // PROCESSES % _X12_EVERY == 0) == (stream == "x12")
        share: Floats = goes.astype(np.float64)
        return share

    def _give(self, rng: np.random.Generator, sent: Shipments) -> None:
        """Some parcels are gifts between people: no seller, a text that says little, a round value."""
        is_gift = rng.random(sent.n) < self.rules.noise.gift_share
        vague = self.rules.ground.vague_first + rng.integers(0, 2, sent.n)
        sent.seller = np.where(is_gift, 0, sent.seller)
        sent.text = np.where(is_gift, vague, sent.text)
        sent.value_usd = np.where(is_gift, np.maximum(np.round(sent.value_usd / 5) * 5, 5.0), sent.value_usd)
        sent.listed_usd = np.where(is_gift, np.nan, sent.listed_usd)

    def _err(self, rng: np.random.Generator, sent: Shipments) -> None:
        """Some shipments are honestly wrong, in the way of their goods."""
        noise, ground = self.rules.noise, self.rules.ground
        wrong = rng.random(sent.n) < noise.mistake_share
        drawn = draw_index(rng, np.array([share for _, share in MISTAKES]), sent.n)
        code = np.array([CODE[name] for name, _ in MISTAKES])[drawn]
        own = _OWN_MISTAKE[ground.group[sent.line]]
        code = np.where((own > 0) & (rng.random(sent.n) < 0.6), own, code)
        sent.code = np.where(wrong, code, 0)
        low = wrong & (code == CODE["UNDERVALUED"])
        part = rng.uniform(noise.mistake_low, noise.mistake_high, sent.n)
        sent.value_usd = np.where(low, np.round(np.maximum(sent.true_usd * part, 0.5), 2), sent.value_usd)
        paid = owe(self.rules, sent.declared, sent.origin, sent.value_usd)
        lose_duty(sent, low, owe(self.rules, sent.line, sent.origin, sent.true_usd), paid)
        other = wrong & (code == CODE["MISCLASSIFIED"])
        sent.loss_usd[other] = np.round(sent.value_usd * rng.uniform(0.02, 0.12, sent.n), 2)[other]
