"""How alike a filed name and a listed name are, in figures: what the screening model looks at.

Every figure is of the two names alone, so that a score does not move with whoever else is on a list.

Belongs here: the figures of pairs of names.
Belongs elsewhere: which pairs are compared (nearest.py), the model (screen_model.py).
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from tidewaiter.parties.skeleton import skeleton_words

Floats = npt.NDArray[np.float32]
# The width at which forms cut names; a name this long may have lost its end.
CUT_CHARS = 28
# Below this two words are different words.
ALIKE = 0.8
# Below this the consonants of two words are not compared.
LEAST_ALIKE = 0.6
COMMON_WEIGHT = 0.3


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

    left, right = names[pairs["left"]], listed[pairs["right"]]
    keys = left["name_key"].to_list(), right["name_key"].to_list()
    filed = left["name_words"].to_list(), right["name_words"].to_list()
    bones = tuple(_write_skeletons(frame, rows) for frame, rows in ((names, pairs["left"]), (listed, pairs["right"])))
    lengths = [np.fromiter(map(len, side), dtype=np.float32, count=len(side)) for side in keys]
    cut = [text[: len(other)] for text, other in zip(filed[1], filed[0], strict=True)]
    tight = [[text.replace(" ", "") for text in side] for side in filed]
    figures = {
        "ratio": _compare(keys, fuzz.ratio) / 100,
        "token_set": _compare(keys, fuzz.token_set_ratio) / 100,
        "winkler": _compare(filed, distance.JaroWinkler.similarity),
        "tight": _compare(tight, fuzz.ratio) / 100,
        "skeleton": _compare(bones, fuzz.ratio) / 100,
        "cut": _compare((filed[0], cut), fuzz.ratio) / 100 * (lengths[0] >= CUT_CHARS),
        "partial": _compare(keys, fuzz.partial_ratio) / 100,
        "left_length": lengths[0],
        "right_length": lengths[1],
    }
    return pl.DataFrame(figures).hstack(cover_words(names, listed, pairs, common))


def _write_skeletons(frame: pl.DataFrame, rows: pl.Series) -> list[str]:
    return frame["skeleton"].gather(rows).to_list()


def _compare(texts: Any, scorer: Any) -> Floats:
    from rapidfuzz import process

    return np.asarray(process.cpdist(*texts, scorer=scorer, dtype=np.float32))


def cover_words(names: pl.DataFrame, listed: pl.DataFrame, pairs: pl.DataFrame, common: frozenset[str]) -> pl.DataFrame:
    """Return how far each side's words are found on the other, a word's weight its length and what it says."""
    words = (
        pl.concat([names["name_key"], listed["name_key"]]).str.split(" ").explode(empty_as_null=False).unique().sort()
    )
    weight = np.array([_weigh_word(word, common) for word in words], dtype=np.float32)
    number = pl.DataFrame({"word": words}).with_row_index("number")
    sides = [_number_words(frame["name_key"], number, side) for frame, side in ((names, "left"), (listed, "right"))]
    at = pairs.select("left", "right").with_row_index("pair")
    met = at.lazy().join(sides[0].lazy(), on="left").join(sides[1].lazy(), on="right").collect()
    alike = _compare_words(met, words)
    met = met.with_columns(alike=alike)
    figures = pl.DataFrame({"pair": pl.int_range(pairs.height, dtype=pl.UInt32, eager=True)})
    for side in ("left", "right"):
        best = met.group_by("pair", f"{side}_word").agg(pl.col("alike").max())
        heavy = pl.Series(weight).gather(best[f"{side}_word"])
        best = best.with_columns(weight=heavy, found=heavy * best["alike"])
        told = best.group_by("pair").agg(
            (pl.col("found").sum() / pl.col("weight").sum()).alias(f"{side}_cover"),
            (pl.col("weight") - pl.col("found")).max().alias(f"{side}_missing"),
            pl.col("found").max().alias(f"{side}_best"),
            pl.col("found").sum().alias(f"{side}_found"),
            pl.len().cast(pl.Float32).alias(f"{side}_words"),
        )
        figures = figures.join(told, on="pair", how="left", maintain_order="left")
    return figures.drop("pair")


def _weigh_word(word: str, common: frozenset[str]) -> float:
    return min(len(word), 8) / 8 * (COMMON_WEIGHT if word in common else 1.0)


def _number_words(keys: pl.Series, number: pl.DataFrame, side: str) -> pl.DataFrame:
    words = pl.DataFrame({"word": keys.str.split(" ")}).with_row_index(side).explode("word", empty_as_null=False)
    return words.join(number, on="word").select(side, pl.col("number").alias(f"{side}_word"))


def _compare_words(met: pl.DataFrame, words: pl.Series) -> pl.Series:
    """Return how alike the two words of each row are; an initial is half a word."""
    from rapidfuzz import distance

    once = met.select("left_word", "right_word").unique()
    left, right = words.gather(once["left_word"]), words.gather(once["right_word"])
    alike = _compare((left.to_list(), right.to_list()), distance.JaroWinkler.similarity)
    # Consonants are compared of words that are somewhat alike and not equal: of the others they would change nothing.
    asked = once.with_row_index("at").filter(pl.Series((alike >= LEAST_ALIKE) & (alike < 1)))
    bare = skeleton_words(words)
    sides = [bare.gather(asked[f"{side}_word"]).to_list() for side in ("left", "right")]
    bones = np.zeros(len(alike), dtype=np.float32)
    bones[asked["at"].to_numpy()] = _compare(sides, distance.JaroWinkler.similarity)
    is_short = (left.str.len_chars() == 1) | (right.str.len_chars() == 1)
    initial = is_short & (left.str.head(1) == right.str.head(1))
    best = np.maximum(alike, 0.95 * bones)
    best = np.where(best >= ALIKE, best, 0.0)
    best = np.where(initial.to_numpy() & (best < 1), 0.5, best).astype(np.float32)
    told = once.with_columns(alike=pl.Series(best))
    return met.select("left_word", "right_word").join(
        told, on=["left_word", "right_word"], how="left", maintain_order="left"
    )["alike"]
