"""Invented words and the draws that every made table shares: names, streets, places and goods of nobody.

Belongs here: word lists and vectorised picking from them.
Belongs elsewhere: which column holds what (made_entry.py, made_bill.py).
"""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

Ints: TypeAlias = npt.NDArray[np.int64]

FIRST_NAMES = (
    "Ada", "Bo", "Cleo", "Dario", "Elin", "Faris", "Greta", "Hugo", "Ines", "Jonas", "Kaia", "Levi", "Mara", "Nils",
    "Odette", "Pavel", "Quinn", "Rosa", "Søren", "Tariq", "Uma", "Vera", "Wim", "Xenia", "Yara", "Zoë",
)  # fmt: skip
LAST_NAMES = (
    "Abernook", "Brindle", "Castermere", "Dovetail", "Everwick", "Farrowby", "Glimmerstone", "Hollowell", "Ironquill",
    "Jessamine", "Kettlewick", "Larkspur", "Merriweather-Quill", "Nettlefold", "Oakhurst", "Pennywhistle",
    "Quillfeather",
    "Ravensmoor", "Silverbrook", "Thistledown", "Underbough", "Vellacott", "Wrenfield", "Yarrowby",
)  # fmt: skip
FIRM_WORDS = (
    "Amber", "Bright", "Cobalt", "Delta", "Eastern", "Fortune", "Golden", "Harbour", "Ivory", "Jade", "Kestrel",
    "Lotus",
    "Meridian", "Northern", "Orchid", "Pioneer", "Quantum", "Rising", "Summit", "Trident", "Union", "Vista", "Willow",
    "深圳", "义乌", "Zenith",
)  # fmt: skip
FIRM_TRADES = (
    "Electronic", "Garment", "Home Products", "Import & Export", "Industrial", "Jewelry", "Logistics", "Plastics",
    "Sporting Goods", "Technology", "Textile", "Toys & Gifts", "Trading", "Hardware, Tools", "Beauty", "Lighting",
)  # fmt: skip
FIRM_ENDINGS = ("Co., Ltd.", "Limited", "GmbH", "Pte Ltd", "Inc", "Company", "LLC", "Sdn Bhd")
STREETS = (
    "Acorn", "Birch", "Canal", "Dockside", "Elm", "Foundry", "Garden", "Hill", "Industrial", "Juniper", "Kiln", "Lake",
    "Market", "North", "Orchard", "Park", "Quarry", "River", "Station", "Tannery", "Upper", "Valley", "Water", "Yew",
)  # fmt: skip
STREET_KINDS = ("Street", "Road", "Avenue", "Lane", "Drive", "Boulevard", "Court", "Way")
PLACES = (
    "Ashford Falls", "Bellmead", "Cedarport", "Duncombe", "Eastvale", "Fairhollow", "Granite Bay", "Hartsmere",
    "Ivyton", "Jasper Springs", "Kingsreach", "Lakehaven", "Millbrook", "Newcastle", "Oldbridge", "Pinecrest",
)  # fmt: skip
STATES = ("CA", "TX", "NY", "FL", "IL", "WA", "GA", "NJ", "OH", "PA", "NC", "AZ", "CO", "MI", "VA", "MA")
QUALITIES = (
    "adjustable", "black", "cotton", "durable", "elastic", "foldable", "large", "men's", "new", "portable", "red",
    "small", "stainless steel", "travel", "waterproof", "women's", "wooden", "LED", "USB", "kids'",
)  # fmt: skip
GOODS = (
    ("t-shirt", "6109100012"), ("phone case", "3926909985"), ("running shoes", "6404119080"),
    ("desk lamp", "9405218010"),
    ("toy car", "9503000073"), ("kitchen knife", "8211925000"), ("yoga mat", "9506910030"), ("hair clip", "9615196000"),
    ("charging cable", "8544422000"), ("bracelet", "7117199000"), ("backpack", "4202923120"),
    ("storage box", "3924905650"),
    ("ear buds", "8518302000"), ("watch band", "9113904000"), ("dress", "6204434030"), ("drill bit set", "8207505090"),
    ("wall sticker", "4911996000"), ("pet collar", "4201006000"), ("sunglasses", "9004100000"),
    ("water bottle", "7323930080"),
)  # fmt: skip


def draw_skewed(rng: np.random.Generator, n: int, size: int) -> Ints:
    """Return `n` numbers under `size` of which few are frequent: a tenth of them are about half of the draws."""
    return (size * rng.random(n) ** 3.3).astype(np.int64)


def pick(words: Sequence[str], at: Ints) -> pl.Series:
    """Return the word at each number, counted round and round."""
    return pl.Series(list(words), dtype=pl.String).gather(pl.Series(at % len(words)))


def fill(rng: np.random.Generator, column: pl.Series | pl.Expr, n: int, share: float) -> pl.Expr:
    """Return the column on about `share` of the `n` rows, null on the others."""
    value = pl.lit(column) if isinstance(column, pl.Series) else column
    return pl.when(pl.Series(rng.random(n) < share)).then(value)


def name_firms(at: Ints) -> pl.Expr:
    """Return the name of each firm by its number; the numbers of a firm give its words."""
    return pl.concat_str(
        pl.lit(pick(FIRM_WORDS, at)),
        pl.lit(pick(FIRM_WORDS, at // 7 + 3)),
        pl.lit(pick(FIRM_TRADES, at // 26)),
        pl.lit(pl.Series(at)).cast(pl.String),
        pl.lit(pick(FIRM_ENDINGS, at // 5)),
        separator=" ",
    )


def name_people(at: Ints) -> pl.Expr:
    """Return the name of each person by its number."""
    return pl.concat_str(pl.lit(pick(FIRST_NAMES, at)), pl.lit(pick(LAST_NAMES, at // 26)), separator=" ")


def name_streets(at: Ints) -> pl.Expr:
    """Return a street address for each number."""
    number = pl.lit(pl.Series(at * 7919 % 9800 + 1)).cast(pl.String)
    return pl.concat_str(number, pl.lit(pick(STREETS, at // 3)), pl.lit(pick(STREET_KINDS, at // 11)), separator=" ")
