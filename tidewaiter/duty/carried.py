"""Rates that were found for one date and hold on later ones, as long as the lists and facts behind them do.

A rate of a number and an origin depends on no other number that is asked about, so that more may be found than a date
needs. What is asked for grows by whole numbers and origins: a new pair of known ones costs nothing, and neither does
a known number that is filed shorter.

Belongs here: which tables are carried, when they hold.
Belongs elsewhere: finding rates (compute.py), who keeps them over dates (tidewaiter/night/run.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import duckdb
import polars as pl
import pyarrow as pa

CARRIED_TABLES = (
    "origin_class", "code_rate", "other_line", "other_origin", "preference_origin", "unit_ratio", "kg_ratio",
    "postal_rate",
)  # fmt: skip
SHORTER_DIGITS = (4, 6, 8)


@dataclass
class CarriedRates:
    """The rates of the numbers and origins of earlier dates; empty at first.

    Attributes:
        basis: what tells the lists and facts behind the rates from others.
        is_whole: whether they are of every number with every origin.
    """

    basis: object = None
    numbers: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()
    is_whole: bool = False
    tables: Mapping[str, pa.Table] = field(default_factory=dict)

    def bind(self, con: duckdb.DuckDBPyConnection, declared: pl.DataFrame, basis: object) -> bool:
        """Make the carried tables relations of the connection and return true, where they say all that is asked.

        Otherwise what has to be found is the table `declared_pair`: what is declared on the first date, every number
        so far with every origin so far on later ones.

        Args:
            declared: hts10 and origin_country, distinct.
        """
        numbers, origins = frozenset(declared["hts10"]), frozenset(declared["origin_country"].drop_nulls())
        if self.is_whole and basis == self.basis and numbers <= self.numbers and origins <= self.origins:
            for name, table in self.tables.items():
                con.register(name, table)
            return True
        self.is_whole, self.basis = bool(self.tables), basis
        self.numbers, self.origins = self.numbers | _add_shorter(numbers), self.origins | origins
        con.register("given_pair", (self._cross() if self.is_whole else declared).to_arrow())
        con.execute("create or replace temp table declared_pair as select * from given_pair")
        con.unregister("given_pair")
        return False

    def _cross(self) -> pl.DataFrame:
        """Return every number with every origin, and with none."""
        numbers = pl.DataFrame({"hts10": sorted(self.numbers)}, schema={"hts10": pl.String})
        origins = pl.DataFrame({"origin_country": [None, *sorted(self.origins)]}, schema={"origin_country": pl.String})
        return numbers.join(origins, how="cross")

    def keep(self, tables: Mapping[str, pa.Table]) -> None:
        """Carry these tables, found for `declared_pair`."""
        self.tables = dict(tables)


def _add_shorter(numbers: frozenset[str]) -> frozenset[str]:
    """Return the numbers with the shorter ones that they begin with."""
    return numbers | {number[:digits] for number in numbers for digits in SHORTER_DIGITS if len(number) > digits}
