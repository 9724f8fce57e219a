"""The fixed ground of a world: countries, ports, carriers, tariff lines, their prices, wordings and duty.

Belongs here: turning the sample's tables of places and goods into arrays that a draw can index.
Belongs elsewhere: the tables themselves (place.py, goods.py, tariff.csv), who trades (source.py).
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from sample_data import goods as goods_table
from sample_data.goods import COUNTRY_CODES, GROUP_SHARES, OCEAN_GROUPS, VAGUE_TEXTS, Goods, find_lines, load_goods
from sample_data.place import COUNTRIES, MAIL_PORTS, PORT_BY_COUNTRY, PORTS
from sample_data.word import Floats, Ints
from sample_data.world.parameter import Prices
from sample_data.world.stream import Streams

GROUPS = (*GROUP_SHARES, *OCEAN_GROUPS)
PORT_CODES = tuple(PORTS)
CARRIERS = tuple(dict.fromkeys(carrier for port in PORTS.values() for carrier in port.carriers))
MODES = ("30", "31", "40", "41", "50")
COUNTRY = {code: i for i, code in enumerate(COUNTRY_CODES)}
CHINA, HONG_KONG, MEXICO = COUNTRY["CN"], COUNTRY["HK"], COUNTRY["MX"]
MAIL = MODES.index("50")
# Additional duty of goods made in China by Section 301 list, as shares (USTR notices of 2018 to 2020 and 2024).
_LISTS_301 = {"1": 0.25, "2": 0.25, "3": 0.25, "4A": 0.075, "4B": 0.0}
_METAL_DUTY = 0.25
_STYLES = 6


@dataclass(frozen=True)
class Ground:
    """Arrays over tariff lines (rows of `goods`), countries (COUNTRY_CODES), ports (PORT_CODES) and groups (GROUPS)."""

    goods: Goods
    group: Ints
    kg_each: Floats
    hts10: pl.Series
    hs6: pl.Series
    duty_share: Floats
    texts: pl.Series
    text_first: Ints
    text_count: Ints
    vague_first: int
    air_share: Floats
    port_mode: Ints
    port_mode_count: Ints
    port_carrier: Ints
    port_carrier_count: Ints
    fixed_port: Ints

    @property
    def lines_n(self) -> int:
        """How many tariff lines there are."""
        return len(self.kg_each)

    def list_lines(self, groups: tuple[str, ...], word: str = "") -> Ints:
        """Lines of these groups whose first wording has the word in it."""
        return find_lines(self.goods, groups, word)


def lay_ground(streams: Streams, prices: Prices, jfk_share: float) -> Ground:
    """The ground of a world; only the prices of lines by origin are drawn."""
    goods = load_goods(streams.open("prices"), prices.origin_sigma)
    texts, first, count = _list_texts(goods)
    modes = [[MODES.index(mode) for mode in port.modes] for port in PORTS.values()]
    carriers = [[CARRIERS.index(carrier) for carrier in port.carriers] for port in PORTS.values()]
    return Ground(
        goods=goods,
        group=np.array([GROUPS.index(group) for group in goods.groups]),
        kg_each=goods.lines["kg_each"].to_numpy(),
        hts10=goods.lines["hts10"],
        hs6=goods.lines["hs6"],
        duty_share=_list_duties(goods),
        texts=pl.Series([*texts, *VAGUE_TEXTS]),
        text_first=first,
        text_count=count,
        vague_first=len(texts),
        air_share=_share_air(jfk_share),
        port_mode=_square(modes),
        port_mode_count=np.array([len(each) for each in modes]),
        port_carrier=_square(carriers),
        port_carrier_count=np.array([len(each) for each in carriers]),
        fixed_port=np.array([PORT_CODES.index(PORT_BY_COUNTRY[c]) if c in PORT_BY_COUNTRY else -1 for c in COUNTRIES]),
    )


def list_mail_ports() -> Ints:
    """Positions of the ports at which mail enters."""
    return np.array([PORT_CODES.index(code) for code in MAIL_PORTS])


def _share_air(jfk_share: float) -> Floats:
    """Shares of the air stream by port: JFK has the share asked for, the others keep their proportions."""
    share = np.array([port.share for port in PORTS.values()])
    at = PORT_CODES.index("4701")
    others = np.where(np.arange(len(share)) == at, 0.0, share)
    spread: Floats = others / others.sum() * (1 - jfk_share)
    spread[at] = jfk_share
    return spread


def find_square(rows: list[list[int]], row: Ints, habit: Ints) -> Ints:
    """The member of each row's list that a habit stands for."""
    count = np.array([len(each) for each in rows])
    members: Ints = _square(rows)[row, habit % count[row]]
    return members


def _square(rows: list[list[int]]) -> Ints:
    width = max(len(row) for row in rows)
    return np.array([row + [row[0]] * (width - len(row)) for row in rows])


def _list_texts(goods: Goods) -> tuple[list[str], Ints, Ints]:
    """Every wording of every line in every style, and where each line's begin and how many it has."""
    texts: list[str] = []
    first = np.zeros(len(goods.groups), dtype=np.int64)
    for line, wordings in enumerate(goods.wordings):
        first[line] = len(texts)
        texts += [
            goods_table.style_text(wording, modifier, style, 1 + (line + style) % 6)
            for wording in wordings
            for modifier in goods.modifiers[line]
            for style in range(_STYLES)
        ]
    return texts, first, np.diff(first, append=len(texts))


def _list_duties(goods: Goods) -> Floats:
    """Duty as a share of value by line (row) and origin (column): MFN, Section 301 and metals, ad valorem only."""
    path = Path(goods_table.__file__).with_name("tariff.csv")
    with path.open(encoding="utf-8", newline="") as handle:
        rows = {row["hts8"]: row for row in csv.DictReader(handle)}
    duty = np.zeros((len(goods.groups), len(COUNTRY_CODES)))
    for line, code in enumerate(goods.lines["hts10"]):
        row = rows[code[:8]]
        base = float(row["mfn_share"] or 0) + (_METAL_DUTY if row["metals_232"] else 0.0)
        lists = [each.split("=")[0] for each in row["lists_301"].split()]
        duty[line] = base
        duty[line, CHINA] += max((_LISTS_301.get(each, _METAL_DUTY) for each in lists), default=0.0)
    duty[:, HONG_KONG] = duty[:, CHINA]
    return duty
