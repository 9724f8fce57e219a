"""Likeness of short texts by the runs of signs they share: which of many are nearest to each of some.

Belongs here: texts to sparse rows, the nearest rows by cosine.
Belongs elsewhere: whether two that are near are one (pair.py, score.py).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

# A letter, a digit or a blank; everything else counts as a blank.
SIGNS = 37
SHORT_RUN, LONG_RUN = 3, 5
# Pairs whose likeness is computed at once: what they hold in memory is some hundred megabytes.
PAIRS_AT_ONCE = 400_000
Matrix = Any
Numbers = npt.NDArray[np.int64]
# Any shared run at all.
LEAST_SHARED = 1e-6


@dataclass(frozen=True)
class Limits:
    """How far to look for texts that are alike.

    Attributes:
        most_sharing: a run of five signs that more texts have leads to none of them.
        looked_at: texts with most such runs that are compared whole, for each text asked.
        kept: texts that are kept of these, the most alike first.
        least_cosine: of whole texts, by runs of three signs.
    """

    most_sharing: int
    looked_at: int
    kept: int
    least_cosine: float


def count_grams(texts: pl.Series) -> Matrix:
    """Return how often each text has each run of three signs: one sparse row a text, in order, a column a run."""
    return _count_runs(*_list_runs(texts, SHORT_RUN), texts.len(), SIGNS**SHORT_RUN)


def count_shared_runs(texts: pl.Series, most: int) -> Matrix:
    """Return how often each text has each run of five signs that two to `most` texts have: a row a text, in order."""
    row_of, runs = _list_runs(texts, LONG_RUN)
    _, columns = np.unique(runs, return_inverse=True)
    counted = _count_runs(row_of, columns, texts.len(), int(columns.max(initial=-1)) + 1)
    having = np.bincount(counted.indices, minlength=counted.shape[1])
    return counted[:, (having > 1) & (having <= most)]


def _count_runs(row_of: Numbers, runs: Numbers, rows_n: int, runs_n: int) -> Matrix:
    from scipy.sparse import csr_matrix

    counted = csr_matrix((np.ones(len(runs), dtype=np.float32), (row_of, runs)), shape=(rows_n, runs_n))
    counted.sum_duplicates()
    return counted


def _list_runs(texts: pl.Series, length: int) -> tuple[Numbers, Numbers]:
    """Return text and run of every run of so many signs, the run as a number."""
    joined = np.frombuffer((" " + "  ".join(texts.to_list()) + " ").encode("ascii", "replace"), dtype=np.uint8)
    signs = _number_signs()[joined]
    # Each text stands between two blanks of its own.
    lengths = texts.str.len_chars().to_numpy().astype(np.int64) + 2
    row_of = np.repeat(np.arange(len(lengths)), lengths)
    runs_n = max(len(signs) - length + 1, 0)
    runs = np.zeros(runs_n, dtype=np.int64)
    for place in range(length):
        runs = runs * SIGNS + signs[place : place + runs_n]
    inside = row_of[:runs_n] == row_of[length - 1 : length - 1 + runs_n]
    return row_of[:runs_n][inside], runs[inside]


def _number_signs() -> Numbers:
    numbers = np.zeros(256, dtype=np.int64)
    for place, sign in enumerate("abcdefghijklmnopqrstuvwxyz0123456789", start=1):
        numbers[ord(sign)] = place
    return numbers


def weigh_rarity(counted: Matrix) -> npt.NDArray[np.float32]:
    """Return the weight of each run of three signs: the rarer among the rows, the more."""
    rows = counted.shape[0]
    having = np.bincount(counted.indices, minlength=counted.shape[1])
    return np.asarray(np.log((1 + rows) / (1 + having)) + 1, dtype=np.float32)


def scale_rows(counted: Matrix, weights: npt.NDArray[np.float32]) -> Matrix:
    """Return the rows weighted and of length one."""
    from scipy.sparse import diags

    scaled = counted.copy()
    scaled.data = np.log1p(scaled.data) * weights[scaled.indices]
    lengths = np.sqrt(np.asarray(scaled.multiply(scaled).sum(axis=1)).ravel())
    return (diags(1 / np.maximum(lengths, 1e-9)).astype(np.float32) @ scaled).tocsr()


def find_nearest(left: Matrix, right: Matrix, count: int, least: float, threads: int) -> pl.DataFrame:
    """Return `left`, `right` (row numbers) and `cosine` of the `count` rows of `right` most like each row of `left`."""
    from sparse_dot_topn import sp_matmul_topn

    found = sp_matmul_topn(left, right.T.tocsr(), count, threshold=least, sort=True, n_threads=threads).tocoo()
    frame = {"left": found.row.astype(np.uint32), "right": found.col.astype(np.uint32), "cosine": found.data}
    return pl.DataFrame(frame).sort("left", "right")


def find_alike(texts: pl.Series, asked: Numbers, limits: Limits, threads: int) -> pl.DataFrame:
    """Return `left` (place in `asked`), `right` (place in `texts`) and `cosine` by runs of three signs of texts alike.

    Only texts that share a run of five signs which few have are looked at, so that the work grows with those asked and
    not with their number times that of all. A text that shares such a run is alike itself too.
    """
    shared = count_shared_runs(texts, limits.most_sharing)
    rows = scale_rows(shared, weigh_rarity(shared))
    near = find_nearest(rows[asked], rows, limits.looked_at, LEAST_SHARED, threads)
    counted = count_grams(texts)
    whole = scale_rows(counted, weigh_rarity(counted))
    cosine = _measure_pairs(whole, asked[near["left"].to_numpy()], near["right"].to_numpy())
    found = near.with_columns(cosine=pl.Series(cosine)).filter(pl.col("cosine") >= limits.least_cosine)
    ranked = found.sort("left", "cosine", "right", descending=[False, True, False])
    return ranked.group_by("left", maintain_order=True).head(limits.kept).sort("left", "right")


def _measure_pairs(rows: Matrix, left: Numbers, right: Numbers) -> npt.NDArray[np.float32]:
    """Return the cosine of each pair of rows of length one."""
    parts = [
        np.asarray(
            rows[left[at : at + PAIRS_AT_ONCE]].multiply(rows[right[at : at + PAIRS_AT_ONCE]]).sum(axis=1)
        ).ravel()
        for at in range(0, len(left), PAIRS_AT_ONCE)
    ]
    return np.concatenate([np.zeros(0, dtype=np.float32), *parts]).astype(np.float32)
