"""Names, streets, towns and numbers of parties, made from columns of numbers: a number always gives the same text.

Belongs here: what a party is called and where it is, and how either is spelt otherwise.
Belongs elsewhere: the invented words (word.py), which party is where (firm.py, person.py).
"""

import numpy as np
import polars as pl

from sample_data.goods import COUNTRY_CODES
from sample_data.place import COUNTRIES, US_TOWNS
from sample_data.word import Ints, list_words
from sample_data.world.digit import list_digits, stack
from sample_data.world.stream import mix_below

WORDS = pl.Series(list_words())
LOWER_WORDS = WORDS.str.to_lowercase()
N_WORDS = len(WORDS)
ROADS = pl.Series(["Road", "Street", "Lane", "Avenue", "Drive", "Court", "Way", "Terrace"])
# The fewer parts a text has, the faster it is joined.
_HOUSES = pl.Series([f"{number} " for number in range(1, 9_900)])
_STREETS = pl.Series([f"{word} {road}" for word in WORDS for road in ROADS])
_COUNTS = pl.Series([str(number) for number in range(10_000)])
SITES = pl.Series(["", "", "", ", Building 4", ", Floor 3", ", Industrial Park Block C", ", Unit 12 Warehouse Zone"])
TRADES = pl.Series(
    ["Trading", "E-Commerce", "Supply Chain", "Import & Export", "Logistics", "Industrial", "Crafts", "Technology",
     "International Freight Forwarding", "Garment", "Electronics", "General Merchandise Trading"]
)  # fmt: skip
FORMS = pl.Series([country.legal_form for country in COUNTRIES.values()])
COUNTRY_TEXT = pl.Series(COUNTRY_CODES)
_TOWNS = [(code, town) for code, country in COUNTRIES.items() for town in country.towns]
TOWN_COUNT = np.array([len(country.towns) for country in COUNTRIES.values()])
TOWN_FIRST = np.cumsum(TOWN_COUNT) - TOWN_COUNT
TOWNS = pl.DataFrame(
    {
        "city": [town[0] for _, town in _TOWNS],
        "state": [town[1] or None for _, town in _TOWNS],
        "postal_code": [town[2] or None for _, town in _TOWNS],
    },
    schema={"city": pl.String, "state": pl.String, "postal_code": pl.String},
)
US_CITY, US_STATE, US_ZIP = (pl.Series([town[i] for town in US_TOWNS]) for i in range(3))
# How a name may be spelt: as registered, in capitals, without punctuation, two letters exchanged, one left out, short.
SPELLINGS = 6
_SHORT = {"International": "Intl", "Trading": "Trdg", "Limited": "Ltd", "Industrial": "Ind.", "Technology": "Tech"}


def text_of(numbers: Ints, width: int = 0) -> pl.Series:
    """The numbers in digits, with leading zeros up to `width`."""
    least, most = (numbers.min(), numbers.max()) if numbers.size else (0, 0)
    if width and least >= 0 and most < 10**width:
        return stack(*list_digits(numbers, width))
    if not width and least >= 0 and most < len(_COUNTS):
        return _COUNTS.gather(numbers)
    digits = pl.Series(numbers).cast(pl.String)
    return digits.str.zfill(width) if width else digits


def spread_texts(rows_n: int, *parts: tuple[Ints, pl.Series]) -> pl.Series:
    """The texts at their rows; missing where there is none.

    Args:
        parts: rows, which no other part has, and as many texts.
    """
    rows, texts = np.concatenate([at for at, _ in parts]), pl.concat([text for _, text in parts])
    place = np.full(rows_n, -1)
    place[rows] = np.arange(len(rows))
    return gather_known(texts, place)


def gather_known(texts: pl.Series, at: Ints) -> pl.Series:
    """The texts at these places; missing where a place is less than zero."""
    if not len(texts):
        return pl.repeat(None, len(at), dtype=pl.String, eager=True)
    return pl.select(pl.when(pl.Series(at >= 0)).then(texts.gather(np.maximum(at, 0)))).to_series()


def join(*parts: pl.Series | str) -> pl.Series:
    """The parts of each row, one after the other; missing where a part is missing."""
    return pl.select(pl.concat_str(pl.lit(part) for part in parts)).to_series()


def name_firms(numbers: Ints, form: pl.Series, salt: int) -> pl.Series:
    """Names of firms: an invented word or two, a trade and a legal form."""
    first = WORDS.gather(mix_below(numbers, salt, N_WORDS))
    second = WORDS.gather(mix_below(numbers, salt + 1, N_WORDS))
    has_two = mix_below(numbers, salt + 2, 10) < 5
    middle = pl.select(pl.when(pl.Series(has_two)).then(pl.lit(" ") + second).otherwise(pl.lit(""))).to_series()
    return join(first, middle, " ", TRADES.gather(mix_below(numbers, salt + 3, len(TRADES))), " ", form)


def name_streets(keys: Ints, salt: int) -> pl.Series:
    """A house number and an invented street for each key of an address."""
    return join(*list_street_parts(keys, salt))


def list_street_parts(keys: Ints, salt: int) -> tuple[pl.Series, pl.Series]:
    """The same in parts to be joined: the number and a space, the street."""
    house = _HOUSES.gather(mix_below(keys, salt, _HOUSES.len()))
    street = mix_below(keys, salt + 1, N_WORDS) * len(ROADS) + mix_below(keys, salt + 2, len(ROADS))
    return house, _STREETS.gather(street)


def find_towns(keys: Ints, countries: Ints, salt: int) -> Ints:
    """The town, as a row of TOWNS, of each key in its country."""
    towns: Ints = TOWN_FIRST[countries] + mix_below(keys, salt, 5_040) % TOWN_COUNT[countries]
    return towns


def spell(names: pl.Series, numbers: Ints) -> list[pl.Series]:
    """The names in each of the SPELLINGS."""
    at = pl.Series(1 + mix_below(numbers, 71, 9))
    frame = pl.DataFrame({"name": names, "at": at})
    name, place = pl.col("name"), pl.col("at")
    plain = name.str.replace_all(r"[.,&]", "").str.replace_all("  ", " ")
    short = name.str.replace_many(list(_SHORT), list(_SHORT.values()))
    swapped = pl.concat_str(
        name.str.slice(0, place), name.str.slice(place + 1, 1), name.str.slice(place, 1), name.str.slice(place + 2)
    )
    dropped = pl.concat_str(name.str.slice(0, place + 1), name.str.slice(place + 2))
    made = frame.select(a=name, b=name.str.to_uppercase(), c=plain, d=swapped, e=dropped, f=short)
    return made.get_columns()
