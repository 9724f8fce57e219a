"""Three-letter likeness of short texts: which of many are nearest to each of some.

Belongs here: texts to sparse rows, the nearest rows by cosine.
Belongs elsewhere: whether two that are near are one (pair.py, score.py).
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

# A letter, a digit or a blank; everything else counts as a blank.
SIGNS = 37
Matrix = Any


def count_grams(texts: pl.Series) -> Matrix:
    """Return how often each text has each run of three signs: one sparse row a text, in order."""
    from scipy.sparse import csr_matrix

    joined = np.frombuffer((" " + "  ".join(texts.to_list()) + " ").encode("ascii", "replace"), dtype=np.uint8)
    signs = _number_signs()[joined]
    # Each text stands between two blanks of its own.
    lengths = texts.str.len_chars().to_numpy().astype(np.int64) + 2
    row_of = np.repeat(np.arange(len(lengths)), lengths)
    grams = (signs[:-2] * SIGNS + signs[1:-1]) * SIGNS + signs[2:]
    inside = row_of[:-2] == row_of[2:]
    shape = (len(lengths), SIGNS**3)
    ones = np.ones(int(inside.sum()), dtype=np.float32)
    counted = csr_matrix((ones, (row_of[:-2][inside], grams[inside])), shape=shape)
    counted.sum_duplicates()
    return counted


def _number_signs() -> npt.NDArray[np.int64]:
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
