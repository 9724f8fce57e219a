"""Invented words and streets, so that no text in the sample belongs to a real person or firm.

Belongs here: syllables and what is put together from them.
Belongs elsewhere: which party carries which name (sample_data/world), real places (place.py).
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_HEADS = (
    "Zev", "Quil", "Vath", "Orbl", "Thav", "Nyx", "Grol", "Plim", "Skev", "Drax", "Ulv", "Wimb", "Fyr", "Jorv",
    "Kresh", "Lumb", "Myrr", "Ozt", "Pryl", "Rusq", "Squel", "Trunv", "Vorl", "Wexl", "Xanq", "Yebb", "Zolm", "Brenq",
    "Clov", "Dwen", "Eldr", "Flon", "Gwim", "Huxl", "Inqu", "Jebl", "Knov", "Lyrq", "Mopl", "Nubb",
)  # fmt: skip
_LINKS = ("a", "o", "i", "e", "ando", "imo", "ura", "eska")
_TAILS = (
    "tak", "mir", "dell", "zan", "lux", "vorn", "quist", "bane", "dry", "poth", "ling", "gorm", "nax", "fell", "rik",
    "sump", "thal", "wick", "zub", "plex",
)  # fmt: skip
_ROADS = ("Road", "Street", "Lane", "Avenue", "Drive", "Court", "Way", "Terrace")


def list_words() -> list[str]:
    """All invented words in a fixed order: 6,400 of them, each one a single time."""
    return [head + link + tail for head in _HEADS for link in _LINKS for tail in _TAILS]


def draw_words(rng: np.random.Generator, n: int) -> list[str]:
    """The first `n` invented words in an order of the generator's choosing; no word twice."""
    words = list_words()
    return [words[i] for i in rng.permutation(len(words))[:n]]


def draw_streets(rng: np.random.Generator, n: int) -> list[str]:
    """`n` street addresses: a house number and an invented street."""
    words = list_words()
    numbers = rng.integers(1, 9900, n)
    names = rng.integers(0, len(words), n)
    roads = rng.integers(0, len(_ROADS), n)
    return [f"{numbers[i]} {words[names[i]]} {_ROADS[roads[i]]}" for i in range(n)]


def zipf_weights(n: int, exponent: float) -> Floats:
    """Weights that sum to one and fall with rank as rank ** -exponent."""
    weights: Floats = np.arange(1, n + 1, dtype=np.float64) ** -exponent
    share: Floats = weights / weights.sum()
    return share


def pick(rng: np.random.Generator, choices: Sequence[str], n: int, weights: Sequence[float] | None = None) -> list[str]:
    """`n` choices, drawn with the given relative weights."""
    p = None if weights is None else np.asarray(weights, dtype=np.float64) / np.sum(weights)
    return [choices[i] for i in rng.choice(len(choices), size=n, p=p)]
