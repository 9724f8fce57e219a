"""Firms of a world: shippers and sellers that come, move and go, and filers; their texts ready to be looked up.

Belongs here: identities, which of them are the same firm, and the table of their spellings.
Belongs elsewhere: how a text is put together (naming.py), people (person.py), what a firm trades (source.py).
"""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from sample_data.word import Ints
from sample_data.world.naming import (
    COUNTRY_TEXT,
    FORMS,
    N_WORDS,
    SITES,
    SPELLINGS,
    TOWNS,
    WORDS,
    find_towns,
    join,
    name_firms,
    name_streets,
    spell,
    text_of,
)
from sample_data.world.stream import mix_below

MARKETPLACES = pl.Series(["Quilomart", "Vathabazaar", "Plimideals", "Skevotopia", None], dtype=pl.String)
MARKET_SHARES = (0.44, 0.28, 0.17, 0.11)
_ENDINGS = pl.Series(["Store", "Official", "Shop", "Direct", "Boutique", "Outlet"])
NOBODY = -1
# Keys tell at most so many processes apart.
PROCESSES = 16


def _no_ints() -> Ints:
    return np.zeros(0, dtype=np.int64)


class Keys:
    """Numbers of things that last, counted by the process that makes them, so that none moves another."""

    def __init__(self) -> None:
        """No number is given yet."""
        self._given: Counter[int] = Counter()

    def take(self, process: int, n: int) -> Ints:
        """`n` numbers that nothing else has: counted by process, and told apart by their remainder."""
        first = self._given[process]
        self._given[process] += n
        return (first + np.arange(n)) * PROCESSES + process


@dataclass
class Shippers:
    """Identities of shippers. A firm that moves gets another identity; `party` says which firm an identity is of.

    A firm is known by its place, which is that of its identity in `current`, and to the truth by its `key`.

    `table` has SPELLINGS rows an identity, in the order of identities: row = identity * SPELLINGS + spelling.
    """

    salt: int
    party: Ints = field(default_factory=_no_ints)
    country: Ints = field(default_factory=_no_ints)
    address: Ints = field(default_factory=_no_ints)
    opened: Ints = field(default_factory=_no_ints)
    current: Ints = field(default_factory=_no_ints)
    key: Ints = field(default_factory=_no_ints)
    keys: Keys = field(default_factory=Keys)
    _table: pl.DataFrame = field(default_factory=pl.DataFrame)

    @property
    def table(self) -> pl.DataFrame:
        """The texts of all identities; those that are new since it was last asked for are written now, at once."""
        first = self._table.height // SPELLINGS
        if first < len(self.party):
            new = slice(first, None)
            keys = self.key[self.party[new]]
            rows = _list_shippers(self.salt, keys, self.country[new], self.address[new])
            self._table = pl.concat([self._table, rows], rechunk=True) if self._table.width else rows
        return self._table

    def add(self, process: int, countries: Ints, opened: Ints, homes: Ints) -> Ints:
        """New firms of a process, whose places are returned.

        Args:
            opened: day number on which each firm's shipping account was opened.
            homes: the firm at whose address each one is, or NOBODY for an address of its own.
        """
        parties = len(self.current) + np.arange(len(countries))
        keys = self.keys.take(process, len(countries))
        at_home = self.address[self.current[np.maximum(homes, 0)]] if len(self.current) else parties
        address = np.where(homes >= 0, at_home, keys * 64)
        self.key = np.concatenate([self.key, keys])
        self.current = np.concatenate([self.current, len(self.party) + np.arange(len(countries))])
        self._append(parties, countries, address, opened)
        return parties

    def share(self, guests: Ints, hosts: Ints) -> None:
        """These firms, which nobody has asked the texts of, are at the addresses of others of their country."""
        self.address[self.current[guests]] = self.address[self.current[hosts]]

    def move(self, parties: Ints) -> None:
        """These firms are at another address from now on, under the same name."""
        old = self.current[parties]
        self.current[parties] = len(self.party) + np.arange(len(parties))
        self._append(parties, self.country[old], self.address[old] + 1, self.opened[old])

    def _append(self, parties: Ints, countries: Ints, address: Ints, opened: Ints) -> None:
        self.party = np.concatenate([self.party, parties])
        self.country = np.concatenate([self.country, countries])
        self.address = np.concatenate([self.address, address])
        self.opened = np.concatenate([self.opened, opened])


def _list_shippers(salt: int, keys: Ints, countries: Ints, address: Ints) -> pl.DataFrame:
    names = spell(name_firms(keys, FORMS.gather(countries), salt), keys)
    street = join(name_streets(address, salt + 11), SITES.gather(mix_below(address, salt + 14, len(SITES))))
    streets = [street, street.str.to_uppercase(), street, street.str.replace("Road", "Rd."), street, street]
    town = TOWNS[find_towns(address, countries, salt + 15)]
    order = np.arange(len(keys) * SPELLINGS).reshape(SPELLINGS, len(keys)).T.ravel()
    tall = np.tile(np.arange(len(keys)), SPELLINGS)
    rows = pl.DataFrame({"shipper_name": pl.concat(names), "shipper_address": pl.concat(streets)})
    rows = rows.hstack(town[tall].rename({name: f"shipper_{name}" for name in town.columns}))
    return rows.with_columns(shipper_country=COUNTRY_TEXT.gather(countries)[tall])[order]


@dataclass
class Sellers:
    """Sellers, each on one marketplace or its own site; number 0 stands for no seller."""

    salt: int
    market: Ints = field(default_factory=_no_ints)
    key: Ints = field(default_factory=_no_ints)
    keys: Keys = field(default_factory=Keys)
    _table: pl.DataFrame = field(default_factory=pl.DataFrame)

    @property
    def table(self) -> pl.DataFrame:
        """The texts of all sellers, nobody's first; those of new ones are written when it is asked for."""
        first = self._table.height
        if first < len(self.key):
            new = slice(first, None)
            place = pl.Series(np.arange(first, len(self.key)))
            rows = _list_sellers(self.salt, self.key[new], self.market[new])
            rows = rows.with_columns(pl.when(place > 0).then(pl.all()))
            self._table = pl.concat([self._table, rows], rechunk=True) if self._table.width else rows
        return self._table

    def add(self, process: int, markets: Ints) -> Ints:
        """New sellers of a process, whose places are returned. A market past the last is a site of the seller's own."""
        numbers = len(self.market) + np.arange(len(markets))
        keys = self.keys.take(process, len(markets))
        self.market = np.concatenate([self.market, markets])
        self.key = np.concatenate([self.key, keys])
        return numbers


def _list_sellers(salt: int, keys: Ints, markets: Ints) -> pl.DataFrame:
    word = WORDS.gather(mix_below(keys, salt, N_WORDS))
    second = WORDS.gather(mix_below(keys, salt + 1, N_WORDS))
    middle = pl.select(
        pl.when(pl.Series(mix_below(keys, salt + 3, 10) < 3)).then(pl.lit(" ") + second).otherwise(pl.lit(""))
    )
    names = join(word, middle.to_series(), " ", _ENDINGS.gather(mix_below(keys, salt + 2, len(_ENDINGS))))
    return pl.DataFrame(
        {
            "seller_name": names,
            "seller_id": join("S", text_of((keys * 7_368_787 + 31_415_926) % 90_000_000 + 10_000_000)),
            "marketplace": MARKETPLACES.gather(markets),
        }
    )


def list_filer_codes(n: int) -> list[str]:
    """Codes of filers, from the end of the range AA0 to ZZ9; they say nothing about whoever holds them.

    Raises:
        ValueError: more filers are asked for than the last four letters give codes.
    """
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    codes = [f"{a}{b}{digit}" for a in "ZYXW" for b in reversed(letters) for digit in range(10)]
    if n > len(codes):
        raise ValueError(f"{n} filers: there are codes for {len(codes)}")
    return codes[:n]
