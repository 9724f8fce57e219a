"""Shipments as numbers: who sends what to whom, what is true of it and what is declared, before a word is written.

Belongs here: the arrays of shipments, and how honest trade draws them from its sources.
Belongs elsewhere: sources (source.py), how adversaries bend them, their texts (entry.py and others).
"""

from dataclasses import dataclass, fields

import numpy as np

from sample_data.word import Floats, Ints
from sample_data.world.firm import Shippers
from sample_data.world.ground import Ground
from sample_data.world.naming import SPELLINGS
from sample_data.world.parameter import Noise, Parties, Prices
from sample_data.world.person import FIRST_FIRM, FIRST_HUB, place_consignees
from sample_data.world.source import LINES, SPREAD_WEIGHT, Sources
from sample_data.world.stream import draw_index, mix_below

_LINE_SHARES = np.array([0.3, 0.22, 0.16, 0.12, 0.1, 0.1])
MISSING = -1


@dataclass
class Shipments:
    """Arrays with one element a shipment.

    `front` is its source's place among those of its process and `ring` the group of fronts behind it, or MISSING.
    `identity` is the shipper's identity, `declared` the line declared, `line` the true one. `code` is the finding that
    an exam without error would make, as a position in CODES, 0 for none.
    """

    process: Ints
    front: Ints
    ring: Ints
    number: Ints
    second: Ints
    identity: Ints
    spelling: Ints
    seller: Ints
    consignee: Ints
    place: Ints
    consignee_spelling: Ints
    filer: Ints
    line: Ints
    declared: Ints
    origin: Ints
    export: Ints
    packing: Ints
    quantity: Ints
    kg: Floats
    true_usd: Floats
    value_usd: Floats
    listed_usd: Floats
    port: Ints
    mode: Ints
    carrier: Ints
    text: Ints
    variant: Ints
    known: Ints
    opened: Ints
    code: Ints
    loss_usd: Floats

    @property
    def n(self) -> int:
        """How many there are."""
        return len(self.process)

    def take(self, at: Ints) -> "Shipments":
        """Those at these positions, in this order."""
        return Shipments(**{each.name: getattr(self, each.name)[at] for each in fields(self)})


def join_shipments(parts: list[Shipments]) -> Shipments:
    """All of them, in order."""
    return Shipments(
        **{each.name: np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(Shipments)}
    )


@dataclass(frozen=True)
class Rules:
    """What honest drawing needs to know: the ground, the shippers, and the figures."""

    ground: Ground
    shippers: Shippers
    parties: Parties
    prices: Prices
    noise: Noise
    consignees_n: int
    importers_n: int
    hubs_n: int


def draw_sources(rng: np.random.Generator, sources: Sources, day: int, factor: Floats, ramp: float, n: int) -> Ints:
    """Positions of the sources of `n` shipments: by weight, a new source by as much of it as it has reached.

    Args:
        factor: what the day multiplies each source's weight with.
    """
    age = np.minimum((day - sources.born + 1) / ramp, 1.0)
    alive = (sources.born <= day) & (day < sources.dies)
    return draw_index(rng, np.where(alive, sources.weight * factor * age, 0.0), n)


def draw_shipments(
    rng: np.random.Generator, rules: Rules, sources: Sources, at: Ints, day: int, size: float = 1.0
) -> Shipments:
    """One shipment of each source named, as honest trade has them, without mistakes.

    Args:
        size: how many times a parcel's quantity a shipment has.
    """
    n = len(at)
    line = sources.lines[at, np.searchsorted(np.cumsum(_LINE_SHARES), rng.random(n), side="right").clip(max=LINES - 1)]
    shipper = np.where(rng.random(n) < 0.88, sources.shipper[at], sources.other_shipper[at])
    identity = rules.shippers.current[shipper]
    consignee, place = draw_consignees(rng, rules, sources.number[at], day)
    port, mode, carrier = draw_routes(rng, rules.ground, sources, at)
    times = np.where(consignee >= FIRST_FIRM, rng.geometric(1.0 / rules.prices.firm_pieces, n), 1) * size
    goods = draw_amounts(rng, rules, line, sources.origin[at], sources.level[at], times)
    packing = np.where(rng.random(n) < rules.noise.missing_packing, MISSING, rules.shippers.country[identity])
    return Shipments(
        process=np.zeros(n, dtype=np.int64), front=at.copy(), ring=np.full(n, MISSING), number=sources.number[at],
        second=rng.integers(0, 86_400, n), identity=identity,
        spelling=draw_spellings(rng, n, rules.noise.spelling_share, SPELLINGS), seller=sources.seller[at],
        consignee=consignee, place=place,
        consignee_spelling=draw_spellings(rng, n, rules.noise.consignee_spelling_share, 4), filer=sources.filer[at],
        line=line, declared=line.copy(), origin=sources.origin[at], export=rules.shippers.country[identity],
        packing=packing, port=port, mode=mode, carrier=carrier,
        text=draw_texts(rng, rules.ground, line, rules.noise.vague_share), variant=rng.integers(1, 5, n),
        known=sources.known[at], opened=sources.opened[at], code=np.zeros(n, dtype=np.int64), loss_usd=np.zeros(n),
        **vars(goods),
    )  # fmt: skip


def draw_spellings(rng: np.random.Generator, n: int, share: float, spellings: int) -> Ints:
    """Zero for most rows, another spelling for about `share` of them."""
    chance = rng.random(n)
    odd: Ints = 1 + (chance / max(share, 1e-9) * (spellings - 1)).astype(np.int64)
    return np.where(chance < share, np.minimum(odd, spellings - 1), 0)


@dataclass(frozen=True)
class Amounts:
    """Pieces, weight and values of shipments."""

    quantity: Ints
    kg: Floats
    true_usd: Floats
    value_usd: Floats
    listed_usd: Floats


def draw_amounts(
    rng: np.random.Generator, rules: Rules, line: Ints, origin: Ints, level: Floats, times: Floats
) -> Amounts:
    """Quantity, gross weight, true, declared and listed value: a log-normal price by line, origin and source.

    Args:
        times: how many times a person's quantity each shipment has.
    """
    n, prices = len(line), rules.prices
    each = rules.ground.kg_each[line]
    few = rng.geometric(np.where(each < 0.15, 0.3, np.where(each < 1.0, 0.45, 0.8)))
    quantity = np.maximum(1, np.round(np.minimum(few, 24) * times)).astype(np.int64)
    unit = each * rules.ground.goods.price_usd_per_kg[line, origin] * level * rng.lognormal(0.0, prices.row_sigma, n)
    true = np.maximum(quantity * unit, 0.5)
    packed = rng.uniform(1.02, 1.0 + prices.packing_share, n) * rng.lognormal(0.0, prices.weight_sigma, n)
    is_round = rng.random(n) < prices.round_share
    value = np.where(is_round, np.maximum(np.round(true), 1.0), np.round(true, 2))
    listed = np.round(true * rng.uniform(1.0, 1.0 + prices.listed_markup, n), 2)
    return Amounts(
        quantity=quantity,
        kg=np.round(quantity * each * packed + 0.02, 3),
        true_usd=true,
        value_usd=value,
        listed_usd=np.where(rng.random(n) < prices.listed_share, listed, np.nan),
    )


def draw_consignees(rng: np.random.Generator, rules: Rules, number: Ints, day: int) -> tuple[Ints, Ints]:
    """Consignees and the keys of their addresses: strangers, regulars of the source, people at hubs, and firms."""
    n, parties = len(number), rules.parties
    chance, draw = rng.random((2, n))
    stranger = (draw**1.4 * rules.consignees_n).astype(np.int64)
    regular = mix_below(number * 8 + (draw * 8).astype(np.int64), 41, rules.consignees_n)
    firm = FIRST_FIRM + mix_below(number * 4 + (draw * 4).astype(np.int64), 42, rules.importers_n)
    ends = np.cumsum([parties.regular_share, parties.firm_share])
    consignee = np.where(chance < ends[0], regular, np.where(chance < ends[1], firm, stranger))
    place = place_consignees(consignee, day, parties.consignee_moves_a_year, parties.household_share)
    place = np.where(consignee >= FIRST_FIRM, consignee * 32, place)
    at_hub = rng.random(n) < parties.hub_share
    hub = FIRST_HUB + (draw**2 * rules.hubs_n).astype(np.int64)
    return consignee, np.where(at_hub, hub, place)


def draw_routes(rng: np.random.Generator, ground: Ground, sources: Sources, at: Ints) -> tuple[Ints, Ints, Ints]:
    """Port, mode and carrier: the source's own port, its other one now and then, any airport if it is big."""
    n = len(at)
    chance = rng.random(n)
    port = np.where(chance > 0.88, sources.other_port[at], sources.port[at])
    is_free = (sources.weight[at] > SPREAD_WEIGHT) & ~sources.is_mail[at] & (ground.port_mode[port, 0] >= 2)
    port = np.where(is_free & (chance < 0.8), draw_index(rng, ground.air_share, n), port)
    mode = ground.port_mode[port, sources.mode_draw[at] % ground.port_mode_count[port]]
    carrier = choose_carriers(ground, port, sources.number[at] + (chance > 0.8) * rng.integers(0, 7, n))
    return port, np.where(sources.is_mail[at], 4, mode), carrier


def choose_carriers(ground: Ground, port: Ints, habit: Ints) -> Ints:
    """The carrier at each port that a habit stands for."""
    carriers: Ints = ground.port_carrier[port, habit % ground.port_carrier_count[port]]
    return carriers


def draw_texts(rng: np.random.Generator, ground: Ground, line: Ints, vague_share: float) -> Ints:
    """Descriptions as positions in the ground's texts: of the line, or one that says nothing."""
    n = len(line)
    own = ground.text_first[line] + (rng.random(n) * ground.text_count[line]).astype(np.int64)
    vague = rng.integers(ground.vague_first, len(ground.texts), n)
    texts: Ints = np.where(rng.random(n) < vague_share, vague, own)
    return texts
