"""Stated chances beside what was true.

Belongs here: bins of neighbouring chances, the mean gap between what was said and what was.
Belongs elsewhere: showing them (page.py).
"""

import numpy as np
import polars as pl

BINS = 10


def bin_rows(rows: pl.DataFrame) -> list[tuple[int, float, float]]:
    """Return (rows, mean chance, share of violations) for each tenth of the rows that have a chance, by chance."""
    stated = rows.drop_nulls("chance").sort("chance", "shipment_id")
    if not stated.height:
        return []
    chances, wrong = stated["chance"].to_numpy(), stated["is_violation"].to_numpy().astype(np.float64)
    parts = np.array_split(np.arange(stated.height), min(BINS, stated.height))
    return [(len(part), float(chances[part].mean()), float(wrong[part].mean())) for part in parts]


def find_error(rows: pl.DataFrame) -> float | None:
    """Return the expected calibration error: the mean of |said - was| over tenths of the rows; None without chances."""
    bins = bin_rows(rows)
    total = sum(rows_n for rows_n, _, _ in bins)
    return sum(rows_n * abs(said - was) for rows_n, said, was in bins) / total if total else None
