"""How alike a filed name and a listed name are, in figures: what the screening model looks at.

Every figure is of the two names alone. The cosines beside them weigh letters by how rare they are on the lists.

Belongs here: the figures of pairs of names as a whole.
Belongs elsewhere: their words (word_cover.py), which pairs are compared, cosines and the model (screen_model.py).
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from tidewaiter.parties.word_cover import cover_words

Floats = npt.NDArray[np.float32]
# The width at which forms cut names; a name this long may have lost its end.
CUT_CHARS = 28


def compare_names(
    names: pl.DataFrame, listed: pl.DataFrame, pairs: pl.DataFrame, common: frozenset[str]
) -> pl.DataFrame:
    """Return a row of figures for each pair, in order.

    Args:
        names, listed: name_words and name_key (words sorted), by row number.
        pairs: left and right, rows of `names` and of `listed`.
        common: words that say little of who it is.
    """
    from rapidfuzz import distance, fuzz

    sides = names[pairs["left"]], listed[pairs["right"]]
    keys, filed, bones = (_list_texts(sides, column) for column in ("name_key", "name_words", "skeleton"))
    tight = [frame["name_words"].str.replace_all(" ", "", literal=True).to_list() for frame in sides]
    lengths = [frame["name_key"].str.len_chars().to_numpy().astype(np.float32) for frame in sides]
    figures = {
        "ratio": _compare(keys, fuzz.ratio) / 100,
        "token_set": _compare(keys, fuzz.token_set_ratio) / 100,
        "winkler": _compare(filed, distance.JaroWinkler.similarity),
        "tight": _compare(tight, fuzz.ratio) / 100,
        "skeleton": _compare(bones, fuzz.ratio) / 100,
        "cut": _compare_cut(filed, lengths[0] >= CUT_CHARS),
        "partial": _compare(keys, fuzz.partial_ratio) / 100,
        "left_length": lengths[0],
        "right_length": lengths[1],
    }
    return pl.DataFrame(figures).hstack(cover_words(names, listed, pairs, common))


def _list_texts(sides: tuple[pl.DataFrame, pl.DataFrame], column: str) -> tuple[list[str], list[str]]:
    return sides[0][column].to_list(), sides[1][column].to_list()


def _compare_cut(filed: tuple[list[str], list[str]], is_long: npt.NDArray[np.bool_]) -> Floats:
    """Return how alike long filed names are to as much of the listed ones; 0 for those that no form has cut."""
    from rapidfuzz import fuzz

    found = np.zeros(len(is_long), dtype=np.float32)
    at = np.flatnonzero(is_long)
    names = [filed[0][place] for place in at]
    cut = [filed[1][place][: len(name)] for place, name in zip(at, names, strict=True)]
    found[at] = _compare((names, cut), fuzz.ratio) / 100
    return found


def _compare(texts: Any, scorer: Any) -> Floats:
    from rapidfuzz import process

    return np.asarray(process.cpdist(*texts, scorer=scorer, dtype=np.float32))
