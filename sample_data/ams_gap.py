"""Gaps: which rows of a column are filled, at the fill rates seen in the public AMS release of 2020.

Belongs here: the two draws that every AMS table shares.
Belongs elsewhere: the rates themselves, beside their columns (ams_bill.py, ams_party.py, ams_cargo.py).
"""

import numpy as np
import polars as pl


def draw_some(rng: np.random.Generator, n: int, share: float) -> pl.Series:
    """True for about `share` of `n` rows."""
    return pl.Series(rng.random(n) < share)


def fill_some(rng: np.random.Generator, column: pl.Expr, n: int, share: float) -> pl.Expr:
    """The column on about `share` of the `n` rows, otherwise missing."""
    return pl.when(draw_some(rng, n, share)).then(column)
