"""Sums across columns that have the same last digit on every machine.

Polars adds columns up in parallel, in an order that follows the number of its threads, and floating-point addition
depends on the order. A chain of single additions has one order.

Belongs here: adding columns.
Belongs elsewhere: sums over rows, what is summed.
"""

import operator
from collections.abc import Iterable
from functools import reduce

import polars as pl


def add_columns(terms: Iterable[pl.Expr]) -> pl.Expr:
    """Return the sum of the terms from the first to the last, a missing one as nothing; 0.0 where there are none."""
    return reduce(operator.add, (term.fill_null(0.0) for term in terms), pl.lit(0.0))


def average_columns(names: Iterable[str]) -> pl.Expr:
    """Return the mean of the columns of numbers that are known in a row; null where none is."""
    columns = [pl.col(name) for name in names]
    # Counts are whole numbers: their order does not matter.
    known_n = pl.sum_horizontal(each.is_not_null() for each in columns)
    return pl.when(known_n > 0).then(add_columns(columns) / known_n)
