"""The functions and signs that an expression may have between numbers.

Belongs here: what each does, how many arguments it takes, what it means where one is not known.
Belongs elsewhere: reading an expression (expression.py).
"""

from collections.abc import Callable, Mapping
from functools import reduce

import polars as pl


def _divide(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    # What is divided by nothing is not known, rather than larger than everything.
    return pl.when(right != 0).then(left / right)


def _where_known(value: pl.Expr, given: list[pl.Expr]) -> pl.Expr:
    return pl.when(pl.all_horizontal(each.is_not_null() for each in given)).then(value)


# Name -> how many arguments it has at least and at most, and what it does.
FUNCTIONS: Mapping[str, tuple[int, int, Callable[[list[pl.Expr]], pl.Expr]]] = {
    "+": (1, 2, lambda given: reduce(pl.Expr.__add__, given)),
    "-": (1, 2, lambda given: -given[0] if len(given) == 1 else given[0] - given[1]),
    "*": (2, 2, lambda given: given[0] * given[1]),
    "/": (2, 2, lambda given: _divide(given[0], given[1])),
    "abs": (1, 1, lambda given: given[0].abs()),
    "least": (2, 9, lambda given: _where_known(pl.min_horizontal(given), given)),
    "greatest": (2, 9, lambda given: _where_known(pl.max_horizontal(given), given)),
}

# What is known only where all of it is known is looked at twice.
TWICE = frozenset({"/", "least", "greatest"})
