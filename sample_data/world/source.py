"""Sources of trade: each one a seller with a shipper, a filer, goods, routes and habits, that is born and closes.

Belongs here: the arrays of sources, and how honest ones are made, born and closed.
Belongs elsewhere: what a source sends (shipment.py), dishonest ones (the adversaries).
"""

from dataclasses import dataclass, field, fields, replace

import numpy as np

from sample_data.goods import GROUP_SHARES
from sample_data.place import COUNTRIES
from sample_data.word import Flags, Floats, Ints, zipf_weights
from sample_data.world.firm import MARKET_SHARES, NOBODY, Keys, Sellers, Shippers
from sample_data.world.ground import CHINA, GROUPS, HONG_KONG, MEXICO, Ground, list_mail_ports
from sample_data.world.parameter import Parties, Prices
from sample_data.world.stream import draw_index

LINES = 6
UNKNOWN, STRANGER, KNOWN = -1, 0, 1
# The process of honest trade.
HONEST = 0
_PARCEL_GROUPS = np.array([GROUPS.index(group) for group in GROUP_SHARES])
_GROUP_SHARES = np.array(list(GROUP_SHARES.values()))
_COUNTRY_SHARES = np.array([country.parcel_share for country in COUNTRIES.values()])
# Above this share of the trade a source is big enough to enter at every airport.
SPREAD_WEIGHT = 0.002


@dataclass(frozen=True)
class Sources:
    """Arrays with one element a source; `lines` has a row of LINES tariff lines a source."""

    number: Ints
    shipper: Ints
    other_shipper: Ints
    seller: Ints
    group: Ints
    origin: Ints
    lines: Ints
    weight: Floats
    born: Ints
    dies: Ints
    level: Floats
    filer: Ints
    port: Ints
    other_port: Ints
    mode_draw: Ints
    is_mail: Flags
    known: Ints
    opened: Ints

    @property
    def n(self) -> int:
        """How many there are."""
        return len(self.number)

    def put(self, at: Ints, other: "Sources") -> None:
        """Replace the sources at these positions by others."""
        for each in fields(self):
            getattr(self, each.name)[at] = getattr(other, each.name)

    def join(self, other: "Sources") -> "Sources":
        """These and the others after them."""
        both = {
            each.name: np.concatenate([getattr(self, each.name), getattr(other, each.name)]) for each in fields(self)
        }
        return Sources(**both)


@dataclass
class Books:
    """The firms of a world, and the numbers that its sources have."""

    shippers: Shippers
    sellers: Sellers
    filer_weights: Floats
    sources: Keys = field(default_factory=Keys)


def draw_countries(rng: np.random.Generator, n: int, shares: Floats = _COUNTRY_SHARES) -> Ints:
    """Countries of `n` shippers: each country has its share as nearly as `n` allows, in an order of chance."""
    even = (np.arange(n) + rng.random()) / n * shares.sum()
    return rng.permutation(np.searchsorted(np.cumsum(shares), even, side="right")).astype(np.int64)


def make_shippers(rng: np.random.Generator, books: Books, countries: Ints, parties: Parties, day: int) -> Ints:
    """New shippers of old standing, some at the address of another one of their country."""
    first = len(books.shippers.current)
    opened = day - rng.integers(40, 3_200, len(countries))
    shippers = books.shippers.add(HONEST, countries, opened, np.full(len(countries), NOBODY))
    is_guest = rng.random(len(countries)) < parties.shared_address_share
    hosts = shippers[rng.integers(0, len(shippers), len(shippers))] if len(shippers) else shippers
    same = is_guest & (countries == countries[hosts - first]) & (hosts != shippers)
    books.shippers.share(shippers[same], hosts[same])
    return shippers


def make_sellers(rng: np.random.Generator, books: Books, process: int, n: int, parties: Parties) -> Ints:
    """New sellers, most of them on a marketplace."""
    markets = draw_index(rng, np.array(MARKET_SHARES), n)
    return books.sellers.add(process, np.where(rng.random(n) < parties.marketplaces, markets, len(MARKET_SHARES)))


@dataclass(frozen=True)
class Wanted:
    """What is already settled of sources to be made: whose they are, shippers, sellers, weights, groups of goods."""

    process: int
    shipper: Ints
    seller: Ints
    weight: Floats
    group: Ints


def make_sources(
    rng: np.random.Generator, ground: Ground, books: Books, wanted: Wanted, parties: Parties, day: int
) -> Sources:
    """Sources with everything else drawn as honest trade has it."""
    n = len(wanted.shipper)
    home = books.shippers.country[books.shippers.current[wanted.shipper]]
    opened = books.shippers.opened[books.shippers.current[wanted.shipper]]
    chance = rng.random((5, n))
    is_mail = (chance[0] < parties.mail_share) & (home != MEXICO)
    age = day - opened
    known = np.where(chance[1] < parties.missing_known, UNKNOWN, (age > 400) & (chance[2] < parties.known_share))
    made_in_china = (home == HONG_KONG) | ((home == MEXICO) & (chance[3] < 0.3)) | (chance[3] < 0.06)
    return Sources(
        number=books.sources.take(wanted.process, n),
        shipper=wanted.shipper.copy(),
        other_shipper=_draw_neighbours(rng, wanted.shipper, home),
        seller=wanted.seller.copy(),
        group=wanted.group.copy(),
        origin=np.where(made_in_china, CHINA, home),
        lines=draw_portfolios(rng, ground, wanted.group),
        weight=wanted.weight.copy(),
        born=np.full(n, day),
        dies=day + 1 + rng.exponential(parties.lifetime_days, n).astype(np.int64),
        level=np.ones(n),
        filer=draw_index(rng, books.filer_weights, n),
        port=_draw_ports(rng, ground, home, is_mail),
        other_port=_draw_ports(rng, ground, home, is_mail),
        mode_draw=rng.integers(0, 12, n),
        is_mail=is_mail,
        known=known.astype(np.int64),
        opened=np.where(chance[4] < parties.missing_account, np.iinfo(np.int64).min, opened),
    )


def make_honest(
    rng: np.random.Generator,
    ground: Ground,
    books: Books,
    shippers: Ints,
    n: tuple[int, int],
    rules: tuple[Parties, Prices],
) -> Sources:
    """All honest sources of the first day, old ones among them: sellers' first, then shippers that sell for themselves.

    Args:
        n: how many have a seller and how many sell for themselves.
    """
    parties, prices = rules
    total = sum(n)
    shipper = shippers[draw_index(rng, zipf_weights(len(shippers), parties.shipper_zipf), total)]
    seller = np.concatenate([make_sellers(rng, books, HONEST, n[0], parties), np.zeros(n[1], dtype=np.int64)])
    weight = zipf_weights(total, parties.zipf)[rng.permutation(total)]
    home = books.shippers.country[books.shippers.current[shipper]]
    wanted = Wanted(HONEST, shipper, seller, _balance(weight, home), draw_groups(rng, total))
    sources = make_sources(rng, ground, books, wanted, parties, 0)
    born = -rng.exponential(parties.lifetime_days, total).astype(np.int64)
    return replace(sources, born=born, level=draw_levels(rng, total, prices))


def draw_levels(rng: np.random.Generator, n: int, prices: Prices) -> Floats:
    """How dear sources are against the usual price of their goods; a few honestly sell for much less."""
    level = rng.lognormal(0.0, prices.source_sigma, n)
    is_cheap = rng.random(n) < prices.discounter_share
    cheap: Floats = np.where(is_cheap, level * prices.discounter_level, level)
    return cheap


def draw_groups(rng: np.random.Generator, n: int) -> Ints:
    """Groups of goods, as often as sellers of parcels deal in them."""
    groups: Ints = _PARCEL_GROUPS[draw_index(rng, _GROUP_SHARES, n)].astype(np.int64)
    return groups


def draw_portfolios(rng: np.random.Generator, ground: Ground, group: Ints) -> Ints:
    """LINES tariff lines a source, all but the last from its group."""
    order = np.argsort(ground.group, kind="stable")
    count = np.bincount(ground.group, minlength=len(GROUPS))
    first = np.cumsum(count) - count
    draws = rng.random((len(group), LINES))
    lines: Ints = order[first[group][:, None] + (draws * count[group][:, None]).astype(np.int64)]
    stray = _PARCEL_GROUPS[(draws[:, -1] * len(_PARCEL_GROUPS)).astype(np.int64)]
    lines[:, -1] = order[first[stray] + (draws[:, 0] * count[stray]).astype(np.int64)]
    return lines


def _balance(weight: Floats, home: Ints) -> Floats:
    """The weights scaled so that each country has its share of parcels, whoever is big in it; they sum to one."""
    total = np.bincount(home, weights=weight, minlength=len(COUNTRIES))
    share: Floats = _COUNTRY_SHARES[home] * weight / total[home]
    balanced: Floats = share / share.sum()
    return balanced


def _draw_ports(rng: np.random.Generator, ground: Ground, home: Ints, is_mail: Flags) -> Ints:
    air = draw_index(rng, ground.air_share, len(home))
    mail = list_mail_ports()[rng.integers(0, 2, len(home))]
    fixed = ground.fixed_port[home]
    ports: Ints = np.where(is_mail, mail, np.where(fixed >= 0, fixed, air))
    return ports


def _draw_neighbours(rng: np.random.Generator, shipper: Ints, home: Ints) -> Ints:
    """Another shipper of the same country for each, by chance the same one."""
    order = np.argsort(home, kind="stable")
    count = np.bincount(home, minlength=len(COUNTRIES))
    first = np.cumsum(count) - count
    neighbours: Ints = shipper[order[first[home] + (rng.random(len(home)) * count[home]).astype(np.int64)]]
    return neighbours
