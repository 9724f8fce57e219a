"""The look-up that shows the leak: the share of fraud of a key, learned by no model.

The authors' generator draws tariff number, countries, rate, rate type, mass and label as one category, so that rows of
one key share one label (their notebook Data_Generation_with_CTGAN, cell 12).

Belongs here: the key, its score, how alike its labels are.
Belongs elsewhere: how a score is measured (ranking.py).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from tidewaiter.prove.published.release import LABEL, TEST, TRAIN, Release
from tidewaiter.targeting.contribution import FloatArray

KEY = ("HS6 Code", "Country of Departure", "Country of Origin", "Tax Rate", "Tax Type", "Net Mass")


@dataclass(frozen=True)
class Leak:
    """How far a key says its label.

    Attributes:
        shared_rows_n: rows of all parts whose key another row has too.
        one_label_share: share of these rows whose key has a single label.
        chance_share: what that share would be with labels dealt at random.
        test_rows_n, seen_rows_n: rows of the test part, and those whose key is in the training part.
    """

    shared_rows_n: int
    one_label_share: float
    chance_share: float
    test_rows_n: int
    seen_rows_n: int


def measure_leak(release: Release) -> Leak:
    """Return how alike the labels of a key are; the shares are 1 and 0 where no two rows share a key."""
    base = pl.lit(release.rows[LABEL].mean())
    keys = release.rows.group_by(KEY).agg(pl.len().alias("n"), pl.col(LABEL).mean().alias("share"))
    shared = keys.filter(pl.col("n") > 1).select(
        pl.col("n").sum().alias("rows_n"),
        pl.col("n").filter(pl.col("share").is_in([0.0, 1.0])).sum().alias("alike_n"),
        (pl.col("n") * (base ** pl.col("n") + (1 - base) ** pl.col("n"))).sum().alias("chance_n"),
    )
    rows_n, alike_n, chance_n = shared.row(0)
    seen = find_seen(release.part(TRAIN), release.part(TEST))
    return Leak(
        shared_rows_n=int(rows_n),
        one_label_share=alike_n / rows_n if rows_n else 1.0,
        chance_share=chance_n / rows_n if rows_n else 0.0,
        test_rows_n=seen.size,
        seen_rows_n=int(seen.sum()),
    )


def find_seen(known: pl.DataFrame, asked: pl.DataFrame) -> npt.NDArray[np.bool_]:
    """Return which of the rows asked about have a key that is known."""
    keys = known.select(KEY).unique().with_columns(is_seen=True)
    joined = asked.join(keys, on=KEY, how="left", nulls_equal=True, maintain_order="left")
    return joined["is_seen"].fill_null(value=False).to_numpy()


def score_by_key(known: pl.DataFrame, asked: pl.DataFrame) -> FloatArray:
    """Return the share of fraud of each row's key in what is known, drawn towards the share of all by one row."""
    base = float(known[LABEL].mean())  # type: ignore[arg-type]
    keys = known.group_by(KEY).agg(((pl.col(LABEL).sum() + base) / (pl.len() + 1)).alias("score"))
    joined = asked.join(keys, on=KEY, how="left", nulls_equal=True, maintain_order="left")
    return joined["score"].fill_null(base).to_numpy()
