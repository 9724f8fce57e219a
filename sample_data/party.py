"""The parties of the sample: shippers, sellers, filers and consignees with invented names and addresses.

Belongs here: what a party is called, where it is, and how its name is misspelt now and then.
Belongs elsewhere: how much it ships and what (source.py), which parties are dishonest (scheme.py).
"""

import numpy as np
import polars as pl

from sample_data.place import COUNTRIES, US_TOWNS
from sample_data.word import draw_persons, draw_phones, draw_streets, draw_words, misspell, pick

MARKETPLACES = ("Quilomart", "Vathabazaar", "Plimideals", "Skevotopia", "")
_MARKETPLACE_SHARES = (0.4, 0.25, 0.15, 0.1, 0.1)
_TRADES = (
    "Trading", "E-Commerce", "Supply Chain", "Import & Export", "Logistics", "Industrial", "Crafts", "Technology",
    "International Freight Forwarding", "Garment", "Electronics", "General Merchandise Trading",
)  # fmt: skip
_SITES = ("", "", "", ", Building 4", ", Floor 3", ", Industrial Park Block C", ", Unit 12 Warehouse Zone")
_SELLER_ENDINGS = ("Store", "Official", "Shop", "Direct", "Boutique", "Outlet")


def make_shippers(rng: np.random.Generator, words: list[str], countries: list[str]) -> pl.DataFrame:
    """One row a shipper, in the order of `countries`; one in twelve shares the address of another in its country."""
    n = len(countries)
    trades = pick(rng, _TRADES, n)
    is_long = rng.random(n) < 0.3
    names = [
        f"{words[2 * i]}{' ' + words[2 * i + 1] if is_long[i] else ''} {trades[i]} {COUNTRIES[countries[i]].legal_form}"
        for i in range(n)
    ]
    draws = rng.integers(0, 90, n)
    towns = [COUNTRIES[code].towns[draws[i] % len(COUNTRIES[code].towns)] for i, code in enumerate(countries)]
    sites = pick(rng, _SITES, n)
    shippers = pl.DataFrame(
        {
            "shipper_names": [_list_spellings(name, i) for i, name in enumerate(names)],
            "shipper_address": [f"{street}{sites[i]}" for i, street in enumerate(draw_streets(rng, n))],
            "shipper_city": [town for town, _, _ in towns],
            "shipper_state": [state or None for _, state, _ in towns],
            "shipper_postal_code": [postal or None for _, _, postal in towns],
            "shipper_country": countries,
            "opened_days": rng.integers(40, 3200, n),
        }
    )
    return _share_addresses(rng, shippers)


def _share_addresses(rng: np.random.Generator, shippers: pl.DataFrame) -> pl.DataFrame:
    place = pl.col("shipper_address", "shipper_city", "shipper_state", "shipper_postal_code")
    is_guest = pl.Series(rng.random(shippers.height) < 1 / 12)
    neighbour = pl.int_range(pl.len()).over("shipper_country") > 0
    return shippers.with_columns(
        pl.when(is_guest & neighbour).then(place.shift(1).over("shipper_country")).otherwise(place)
    )


def _list_spellings(name: str, position: int) -> list[str]:
    """The name as registered, in capitals, without punctuation, and mistyped."""
    return [name, name.upper(), name.replace(".", "").replace(",", ""), misspell(name, position)]


def make_sellers(rng: np.random.Generator, words: list[str]) -> pl.DataFrame:
    """One row a seller, one seller a word; an empty marketplace means the seller's own site."""
    n = len(words)
    endings = pick(rng, _SELLER_ENDINGS, n)
    markets = pick(rng, MARKETPLACES, n, _MARKETPLACE_SHARES)
    numbers = rng.choice(90_000_000, size=n, replace=False) + 10_000_000
    return pl.DataFrame(
        {
            "seller_name": [f"{word} {ending}" for word, ending in zip(words, endings, strict=True)],
            "seller_id": [f"S{number}" for number in numbers],
            "marketplace": [market or None for market in markets],
        }
    )


def make_filers(n: int = 40) -> pl.DataFrame:
    """Filer codes from the end of the published AA0 to ZZ9 range, and the habits by which their files differ."""
    number = np.arange(n)
    return pl.DataFrame(
        {
            "filer_code": [f"Z{'TUVWXYZ'[i // 10]}{i % 10}" for i in range(n)],
            "writes_dots": number % 13 == 5,
            "writes_dashes": number % 11 == 3,
            "rounds_values": number % 7 == 2,
            # Every fifth and every second of ten: filers of file b together send about two entries in five.
            "sends_file_b": np.isin(number % 5, (1, 4)),
        }
    )


def make_consignees(rng: np.random.Generator, n: int) -> pl.DataFrame:
    """One row a consignee; pairs at one address are households.

    The last 60 rows share one forwarder's address; the ten rows before them live at two addresses, five names each.
    """
    persons = draw_persons(rng, n)
    towns = rng.integers(0, len(US_TOWNS), n)
    streets = draw_streets(rng, n)
    units = rng.integers(1, 400, n)
    has_unit = rng.random(n) < 0.3
    home = np.arange(n)
    home[1::12] = home[0:-1:12][: len(home[1::12])]
    home[-60:] = n - 60
    for first in (n - 70, n - 65):
        home[first : first + 5] = first
    zips = rng.integers(1, 99, n)
    has_phone, has_email = rng.random((2, n)) < np.array([[0.7], [0.6]])
    phones = draw_phones(rng, n)
    return pl.DataFrame(
        {
            "consignee_names": pl.Series(
                [_list_spellings(person, i) for i, person in enumerate(persons)], dtype=pl.List(pl.String)
            ),
            "consignee_address": [f"{streets[h]}{f' Apt {units[h]}' if has_unit[h] else ''}" for h in home],
            "consignee_city": [US_TOWNS[towns[h]][0] for h in home],
            "consignee_state": [US_TOWNS[towns[h]][1] for h in home],
            "consignee_postal_code": [f"{US_TOWNS[towns[h]][2]}{zips[h]:02d}" for h in home],
            "consignee_phone": [phones[i] if has_phone[i] else None for i in range(n)],
            "consignee_email": [
                f"{person.lower().replace(' ', '.')}@example.{'com' if i % 3 else 'org'}" if has_email[i] else None
                for i, person in enumerate(persons)
            ],
        }
    )


def make_importers(rng: np.random.Generator, words: list[str]) -> pl.DataFrame:
    """United States firms that import by sea, one a word."""
    n = len(words)
    trades = pick(rng, ("Imports", "Distributors", "Home Products", "Supply", "Wholesale", "Industries"), n)
    forms = pick(rng, ("Inc.", "LLC", "Corp."), n)
    towns = rng.integers(0, len(US_TOWNS), n)
    streets = draw_streets(rng, n)
    return pl.DataFrame(
        {
            "importer_name": [f"{words[i]} {trades[i]} {forms[i]}" for i in range(n)],
            "importer_address": streets,
            "importer_city": [US_TOWNS[town][0] for town in towns],
            "importer_state": [US_TOWNS[town][1] for town in towns],
            "importer_postal_code": [f"{US_TOWNS[town][2]}{10 + i % 80}" for i, town in enumerate(towns)],
            "importer_phone": draw_phones(rng, n),
        }
    )


def draw_party_words(rng: np.random.Generator, counts: list[int]) -> list[list[str]]:
    """Disjoint lists of words of the given sizes, so that two kinds of party never share a name by chance."""
    words = draw_words(rng, sum(counts))
    ends = np.cumsum(counts)
    return [words[end - count : end] for end, count in zip(ends, counts, strict=True)]
