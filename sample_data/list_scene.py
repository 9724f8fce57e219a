"""What the made-up lists are made of: dates, invented words, and names of shippers that some lists name.

Belongs here: what every list needs to know.
Belongs elsewhere: the lists (watchlist.py, dated_list.py, tariff.py).
"""

from dataclasses import dataclass
from datetime import date

import numpy as np


@dataclass(frozen=True)
class ListScene:
    """`shippers` are names as registered, in an order that does not change."""

    seed: int
    first_day: date
    days: int
    list_words: list[str]
    shippers: list[str]

    def make_rng(self, part: int) -> np.random.Generator:
        """A generator of its own for one list, so that lists do not disturb each other."""
        return np.random.default_rng([self.seed, part])

    def name_shipper(self, place: int) -> str:
        """The shipper at this place, counted on from the first where there are fewer."""
        return self.shippers[place % len(self.shippers)]
