"""Tariff lines of the sample with their wordings, weights and prices, read from goods.csv.

Belongs here: what a line weighs and costs from each origin, and how filers put it in words.
Belongs elsewhere: who sells which line, and dishonest prices (sample_data/world).
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from sample_data.place import COUNTRIES
from sample_data.word import Floats, Ints

COUNTRY_CODES: tuple[str, ...] = tuple(COUNTRIES)
OCEAN_GROUPS = ("furniture", "floor", "metal", "solar", "tyre", "bulkfood", "yarn")
# How often a seller of parcels deals in a group; groups that go by sea only have no row.
GROUP_SHARES: dict[str, float] = {
    "apparel": 0.2, "phone": 0.12, "home": 0.1, "footwear": 0.06, "bag": 0.05, "jewellery": 0.05, "beauty": 0.07,
    "toy": 0.05, "kitchen": 0.05, "sport": 0.04, "tool": 0.04, "auto": 0.04, "audio": 0.03, "computer": 0.03,
    "appliance": 0.04, "light": 0.03, "hair": 0.03, "watch": 0.02, "eyewear": 0.02, "pet": 0.015, "health": 0.03,
    "food": 0.03, "paper": 0.02, "machine": 0.01, "chemical": 0.01,
}  # fmt: skip
VAGUE_TEXTS: tuple[str, ...] = (
    "gift", "daily necessities", "accessories", "parts", "household goods", "sample", "plastic products",
    "electronic parts", "GIFT ITEM NO COMMERCIAL VALUE", "general goods", "consolidated", "personal items",
    "Daily use articles", "ASSORTED GOODS",
)  # fmt: skip
_COLOURS = ("black", "white", "navy", "red", "grey", "pink", "khaki", "size M", "size L", "size XL", "2026 style")
_SPECS = ("model Q7", "model ZX20", "with cable", "with adapter", "black", "white", "new", "V2", "120V")
_PLAIN = ("retail packed", "new", "boxed", "item no. 204", "assorted", "standard size")
_SOFT_GROUPS = ("apparel", "footwear", "bag", "home", "hair")
_TECH_GROUPS = ("phone", "audio", "computer", "appliance", "light", "watch")


@dataclass(frozen=True)
class Goods:
    """`lines` has one row a tariff line; the lists and the rows of `price_usd_per_kg` follow its order."""

    lines: pl.DataFrame
    groups: list[str]
    wordings: list[list[str]]
    modifiers: list[tuple[str, ...]]
    price_usd_per_kg: Floats


def load_goods(rng: np.random.Generator, origin_sigma: float = 0.22) -> Goods:
    """The lines of goods.csv, with one true price for each six-digit code and country of origin."""
    text = pl.read_csv(Path(__file__).with_name("goods.csv"), schema_overrides={"hts8": pl.String})
    lines = text.with_row_index("line").select(
        pl.col("line").cast(pl.Int64),
        "group",
        hts10=pl.col("hts8") + "00",
        hs6=pl.col("hts8").str.slice(0, 6),
        kg_each=pl.col("kg_each").cast(pl.Float64),
        usd_per_kg=pl.col("usd_per_kg").cast(pl.Float64),
    )
    return Goods(
        lines=lines,
        groups=lines["group"].to_list(),
        wordings=[row.split("|") for row in text["wordings"]],
        modifiers=[_list_modifiers(group) for group in lines["group"]],
        price_usd_per_kg=_draw_prices(rng, lines, origin_sigma),
    )


def _list_modifiers(group: str) -> tuple[str, ...]:
    if group in _SOFT_GROUPS:
        return _COLOURS
    return _SPECS if group in _TECH_GROUPS else _PLAIN


def _draw_prices(rng: np.random.Generator, lines: pl.DataFrame, origin_sigma: float) -> Floats:
    """Price of a line (row) from a country (column, in the order of COUNTRY_CODES), in USD a kilogram."""
    codes = lines["hs6"].unique(maintain_order=True).to_list()
    position = {code: i for i, code in enumerate(codes)}
    spread = rng.lognormal(0.0, origin_sigma, (len(codes), len(COUNTRY_CODES)))
    level = np.array([COUNTRIES[code].price_level for code in COUNTRY_CODES])
    rows = np.array([position[code] for code in lines["hs6"]])
    prices: Floats = lines["usd_per_kg"].to_numpy()[:, None] * spread[rows] * level[None, :]
    return prices


def style_text(wording: str, modifier: str, style: int, pieces: int) -> str:
    """The wording as one of six kinds of filer would write it."""
    match style:
        case 0:
            return wording
        case 1:
            return f"{wording}, {modifier}"
        case 2:
            return f"{modifier} {wording}"
        case 3:
            return f"{wording} {modifier}".upper()
        case 4:
            return f"{pieces} pcs {wording}"
        case 5:
            return f"{wording} - {modifier}".capitalize()
        case _:
            raise ValueError(f"no text style {style}")


def find_lines(goods: Goods, groups: tuple[str, ...], word: str = "") -> Ints:
    """The line numbers of these groups whose first wording has `word` in it."""
    pairs = zip(goods.groups, goods.wordings, strict=True)
    numbers: Ints = np.array(
        [line for line, (group, wordings) in enumerate(pairs) if group in groups and word in wordings[0]]
    )
    return numbers
