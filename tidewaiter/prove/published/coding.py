"""Turns the rows of the release into numbers, in two ways.

Belongs here: codes in the authors' way, and one column a category.
Belongs elsewhere: what learns from them (opponent.py).
"""

import numpy as np
import polars as pl

from tidewaiter.prove.published.release import AMOUNTS, CATEGORIES, TRAIN, Release
from tidewaiter.targeting.contribution import FloatArray

# Rarer categories share the column of none: fewer rows say little of fraud, and thousands of columns cost minutes.
LEAST_ROWS = 200


def number_codes(release: Release) -> FloatArray:
    """Return categories as the number of their first appearance and amounts from 0 to 1 of the training part.

    So do the authors (notebook 1_Preprocess_data); the numbers have no meaning as amounts.
    """
    rows, train = release.rows, release.part(TRAIN)
    codes = [_number(rows[name]) for name in CATEGORIES]
    scaled = []
    for name in AMOUNTS:
        amounts = train[name].to_numpy()
        span = float(amounts.max() - amounts.min())
        scaled.append((rows[name].to_numpy() - amounts.min()) / (span or 1.0))
    return np.column_stack([*codes, *scaled])


def _number(values: pl.Series) -> FloatArray:
    known = values.unique(maintain_order=True)
    return values.replace_strict(known, pl.Series(range(1, len(known) + 1)), return_dtype=pl.Float64).to_numpy()


def spread_categories(release: Release) -> FloatArray:
    """Return a column of 0 and 1 for each frequent category of the training part, and the logarithms of amounts."""
    rows, train = release.rows, release.part(TRAIN)
    columns = []
    for name in CATEGORIES:
        counts = train[name].value_counts().filter(pl.col("count") >= LEAST_ROWS, pl.col(name).is_not_null())
        columns += [(rows[name] == code).fill_null(value=False).to_numpy() for code in counts[name].sort()]
    columns += [np.log1p(np.clip(rows[name].to_numpy(), 0.0, None)) for name in AMOUNTS]
    return np.column_stack(columns).astype(np.float64)
