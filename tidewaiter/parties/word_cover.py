"""How far the words of a filed name are found in a listed one and the other way round, for many pairs at once.

Every word of one side meets every word of the other: rows in the order of pair, left word, right word. Most words that
meet have too few letters in common to be one; they are left out by their letters alone, before they are compared.

Belongs here: words of two names beside each other.
Belongs elsewhere: the other figures of a pair (likeness.py), which pairs there are (screen_model.py).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from tidewaiter.parties.skeleton import skeleton_words

Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
# Below this two words are different words.
ALIKE = 0.8
# Below this the consonants of two words are not compared.
LEAST_ALIKE = 0.6
# Consonants that are alike count this much of letters that are.
BONES_SHARE = 0.95
COMMON_WEIGHT = 0.3
# A sign has a bit for its first place in a word and one for its second; what is no letter shares what letters leave.
LETTERS, OTHER_SIGNS = 26, 6
SIGNS = LETTERS + OTHER_SIGNS


@dataclass(frozen=True)
class Side:
    """Words of the names of one side: `words` of name n are at `begins[n]` and after, `counts[n]` of them."""

    words: Numbers
    begins: Numbers
    counts: Numbers


@dataclass(frozen=True)
class Met:
    """Every word of one side of a pair beside every word of the other.

    Attributes:
        left, right: words of each row.
        left_begins: first row of each left word of each pair.
        right_begins: first place in `by_right` of each right word of each pair.
        by_right: rows in the order of pair, right word, left word.
        left_at, right_at: each pair's words of each side, one pair after the other.
    """

    left: Numbers
    right: Numbers
    left_begins: Numbers
    right_begins: Numbers
    by_right: Numbers
    left_at: Numbers
    right_at: Numbers


def cover_words(names: pl.DataFrame, listed: pl.DataFrame, pairs: pl.DataFrame, common: frozenset[str]) -> pl.DataFrame:
    """Return how far each side's words are found on the other, a word's weight its length and what it says."""
    words, left, right = number_words(names["name_key"], listed["name_key"])
    weight = np.array([_weigh_word(word, common) for word in words], dtype=np.float32)
    at = pairs["left"].to_numpy().astype(np.int64), pairs["right"].to_numpy().astype(np.int64)
    met = meet_words(left, right, *at)
    alike = compare_met(met, words)
    sides = {
        "left": (np.maximum.reduceat(alike, met.left_begins), met.left_at, left.counts[at[0]]),
        "right": (np.maximum.reduceat(alike[met.by_right], met.right_begins), met.right_at, right.counts[at[1]]),
    }
    figures: dict[str, Floats] = {}
    for side, (best, word, counts) in sides.items():
        figures |= _sum_side(side, best, weight[word], counts)
    return pl.DataFrame(figures)


def _sum_side(side: str, best: Floats, weight: Floats, counts: Numbers) -> dict[str, Floats]:
    """Return the figures of one side of each pair; `best` and `weight` of its words, `counts` of them a pair."""
    begins, found = np.cumsum(counts) - counts, weight * best
    # Summed in double precision: the last place of a short float would hang on the order of words.
    all_found, whole = (np.add.reduceat(each, begins, dtype=np.float64).astype(np.float32) for each in (found, weight))
    return {
        f"{side}_cover": all_found / whole,
        f"{side}_missing": np.maximum.reduceat(weight - found, begins),
        f"{side}_best": np.maximum.reduceat(found, begins),
        f"{side}_found": all_found,
        f"{side}_words": counts.astype(np.float32),
    }


def _weigh_word(word: str, common: frozenset[str]) -> float:
    return min(len(word), 8) / 8 * (COMMON_WEIGHT if word in common else 1.0)


def number_words(left: pl.Series, right: pl.Series) -> tuple[pl.Series, Side, Side]:
    """Return the distinct words of both sides, and the words of each side by their numbers.

    Args:
        left, right: names, each with at least one word, words parted by one blank.
    """
    lists = [keys.str.split(" ") for keys in (left, right)]
    parted = [each.explode(empty_as_null=False).alias("word") for each in lists]
    words = pl.concat(parted).unique().sort()
    number = pl.DataFrame({"word": words}).with_row_index("number")
    sides = []
    for each, told in zip(lists, parted, strict=True):
        numbers = told.to_frame().join(number, on="word", how="left", maintain_order="left")["number"]
        counts = each.list.len().to_numpy().astype(np.int64)
        sides.append(Side(numbers.to_numpy().astype(np.int64), np.cumsum(counts) - counts, counts))
    return words, sides[0], sides[1]


def meet_words(left: Side, right: Side, left_at: Numbers, right_at: Numbers) -> Met:
    """Return the words of each pair beside each other; `left_at` and `right_at` are the names of each pair."""
    left_n, right_n = left.counts[left_at], right.counts[right_at]
    begins = np.cumsum(left_n * right_n) - left_n * right_n
    # One row a left word of a pair, and one a right word of a pair.
    left_place, right_place = _list_ranges(left.begins[left_at], left_n), _list_ranges(right.begins[right_at], right_n)
    by_left, by_right = np.repeat(right_n, left_n), np.repeat(left_n, right_n)
    met_right = right.words[_list_ranges(np.repeat(right.begins[right_at], left_n), by_left)]
    first = np.repeat(begins - right.begins[right_at], right_n) + right_place
    within = _list_ranges(np.zeros(len(by_right), dtype=np.int64), by_right)
    return Met(
        left=np.repeat(left.words[left_place], by_left),
        right=met_right,
        left_begins=np.cumsum(by_left) - by_left,
        right_begins=np.cumsum(by_right) - by_right,
        by_right=np.repeat(first, by_right) + within * np.repeat(np.repeat(right_n, right_n), by_right),
        left_at=left.words[left_place],
        right_at=right.words[right_place],
    )


def _list_ranges(begins: Numbers, counts: Numbers) -> Numbers:
    """Return the numbers from each begin on, so many of each, one range after the other."""
    ends = np.cumsum(counts)
    return np.repeat(begins - ends + counts, counts) + np.arange(ends[-1] if len(ends) else 0)


def compare_met(met: Met, words: pl.Series) -> Floats:
    """Return how alike the two words of each row are; 0 below `ALIKE`, an initial is half a word."""
    asked = np.flatnonzero(may_be_alike(words, met.left, met.right))
    pairs, which = np.unique(met.left[asked] * words.len() + met.right[asked], return_inverse=True)
    alike = np.zeros(len(met.left), dtype=np.float32)
    alike[asked] = _compare_words(words, pairs // words.len(), pairs % words.len())[which]
    return alike


def may_be_alike(words: pl.Series, left: Numbers, right: Numbers) -> Flags:
    """Return whether two words have letters enough in common for a likeness of `LEAST_ALIKE`.

    Jaro's likeness is a third of m/a + m/b + (1 - swapped/m), m letters in common of words of a and b letters, and
    Winkler's is more from .7 on only.
    """
    masks, spare = _mask_signs(words)
    share = (1.0 / words.str.len_chars().to_numpy()).astype(np.float32)
    common = np.bitwise_count(masks[left] & masks[right]) + np.minimum(spare[left], spare[right])
    return np.asarray(common * (share[left] + share[right]) >= 3 * LEAST_ALIKE - 1 - 1e-3)


def _mask_signs(words: pl.Series) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
    """Return the signs of each word as bits, and how many signs of it have no bit of their own."""
    joined = np.frombuffer("".join(words.to_list()).encode("ascii", "replace"), dtype=np.uint8)
    letter = joined.astype(np.int64) - ord("a")
    sign = np.where((letter >= 0) & (letter < LETTERS), letter, LETTERS + joined % OTHER_SIGNS)
    lengths = words.str.len_chars().to_numpy().astype(np.int64)
    keys, times = np.unique(np.repeat(np.arange(words.len()), lengths) * SIGNS + sign, return_counts=True)
    bits = np.left_shift(np.where(times > 1, 3, 1).astype(np.uint64), (2 * (keys % SIGNS)).astype(np.uint64))
    begins = np.searchsorted(keys, np.arange(words.len()) * SIGNS)
    return np.bitwise_or.reduceat(bits, begins), np.add.reduceat(np.maximum(times - 2, 0), begins)


def _compare_words(words: pl.Series, left: Numbers, right: Numbers) -> Floats:
    """Return how alike the words of each pair are by letters or by consonants."""
    from rapidfuzz import distance, process

    def compare(texts: pl.Series, rows: Flags | slice) -> Floats:
        # Without `score_cutoff`: that of rapidfuzz 3.14 loses words whose likeness is above it.
        sides = [texts.gather(each[rows]).to_list() for each in (left, right)]
        return np.asarray(process.cpdist(*sides, scorer=distance.JaroWinkler.similarity, dtype=np.float32))

    alike = compare(words, slice(None))
    # Consonants are compared of words that are somewhat alike and not equal: of the others they would change nothing.
    asked = (alike >= LEAST_ALIKE) & (alike < 1)
    bones = np.zeros(len(alike), dtype=np.float32)
    bones[asked] = compare(skeleton_words(words), asked)
    best = np.maximum(alike, BONES_SHARE * bones)
    best = np.where(best >= ALIKE, best, 0.0)
    lengths, firsts = words.str.len_chars().to_numpy(), np.array(words.str.head(1).to_list(), dtype="U1")
    is_initial = ((lengths[left] == 1) | (lengths[right] == 1)) & (firsts[left] == firsts[right])
    return np.where(is_initial & (best < 1), 0.5, best).astype(np.float32)
