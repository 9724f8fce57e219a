"""Independent streams of random numbers, each named, so that a change in one process does not move another.

Belongs here: opening a stream by name, day and piece; hashing numbers of parties into stable draws.
Belongs elsewhere: what is drawn (every other module of the package).
"""

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from sample_data.word import Floats, Ints

Words = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Streams:
    """All streams of one world."""

    seed: int

    def open(self, name: str, day: int = -1, piece: int = 0) -> np.random.Generator:
        """The generator of this name on this day; Philox keyed by a hash of seed, name, day and piece."""
        said = f"{self.seed}/{name}/{day}/{piece}".encode()
        key = int.from_bytes(blake2b(said, digest_size=16).digest(), "little")
        return np.random.Generator(np.random.Philox(key=key))


def mix(numbers: Ints, salt: int) -> Words:
    """A well-mixed 64-bit word for each number: the finalizer of splitmix64 (Steele, Lea and Flood, 2014)."""
    word = numbers.astype(np.uint64)
    shifted = np.empty_like(word)
    with np.errstate(over="ignore"):
        word += np.uint64(salt % 2**32) * np.uint64(0x9E3779B97F4A7C15)
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
            word ^= np.right_shift(word, np.uint64(shift), out=shifted)
            word *= np.uint64(factor)
        word ^= np.right_shift(word, np.uint64(31), out=shifted)
    return word


def mix_below(numbers: Ints, salt: int, n: int) -> Ints:
    """A stable number from 0 to `n - 1` for each number."""
    below: Ints = (mix(numbers, salt) % np.uint64(n)).astype(np.int64)
    return below


def mix_share(numbers: Ints, salt: int) -> Floats:
    """A stable share from 0 to 1 for each number."""
    share: Floats = (mix(numbers, salt) >> np.uint64(11)).astype(np.float64) / 2.0**53
    return share


def draw_index(rng: np.random.Generator, weights: Floats, n: int) -> Ints:
    """`n` positions, each as likely as its weight; the weights need not sum to one, but must not sum to zero."""
    ends = np.cumsum(weights)
    drawn: Ints = np.searchsorted(ends, rng.random(n) * ends[-1], side="right").astype(np.int64)
    return np.minimum(drawn, len(weights) - 1)
