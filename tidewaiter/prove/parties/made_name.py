"""Invented listed names, honest names that share words with them, and listed names as those who hide would write them.

Belongs here: names for fitting the screening model; none is on a list.
Belongs elsewhere: names that the proof measures on (altered_name.py), one change of a text (noise.py).
"""

import re
from collections.abc import Sequence

import numpy as np

from tidewaiter.prove.parties.made_party import HEADS, LINKS, TAILS, TRADES
from tidewaiter.prove.parties.noise import SHIPPING, TYPING, Change, choose, turn_words

PARTICLES = ("al", "bin", "abu", "de", "el", "ibn", "van")
TITLES = ("Dr.", "Mr.", "Sheikh", "Col.", "Haji", "Eng.")
SOUND_SWAPS = (
    ("ph", "f"), ("f", "ph"), ("ck", "k"), ("c", "k"), ("k", "q"), ("q", "k"), ("s", "z"), ("z", "s"), ("ei", "ie"),
    ("y", "i"),
    ("i", "y"), ("kh", "h"), ("gh", "g"), ("u", "o"), ("o", "u"), ("e", "i"), ("ee", "i"), ("ou", "u"), ("j", "dj"),
    ("w", "v"),
    ("sh", "ch"), ("ov", "off"), ("a", "e"), ("x", "ks"), ("dh", "d"), ("v", "w"),
)  # fmt: skip
SIGHT_SWAPS = (
    ("rn", "m"),
    ("m", "rn"),
    ("cl", "d"),
    ("l", "1"),
    ("O", "0"),
    ("S", "5"),
    ("B", "8"),
    ("Z", "2"),
    ("I", "l"),
)


def make_word(rng: np.random.Generator) -> str:
    """Return an invented word of two to four syllables, most of them rare."""
    middle = "".join(choose(rng, LINKS) for _ in range(int(rng.integers(0, 3))))
    return choose(rng, HEADS) + middle + choose(rng, TAILS)


def make_name(rng: np.random.Generator, common: Sequence[str], *, is_person: bool) -> str:
    """Return a name: of a person common words and rare ones, of a firm rare words and what it does."""
    if not is_person:
        own = " ".join(make_word(rng) for _ in range(1 + int(rng.random() < 0.4)))
        ending = choose(rng, ("Co., Ltd.", "LLC", "Limited", "Company", "", "JSC", "FZE", "GmbH"))
        place = (
            f"{choose(rng, ('Shenzhen', 'Dubai', 'Tehran', 'Hong Kong', 'Istanbul', 'Moscow'))} "
            if rng.random() < 0.2
            else ""
        )
        return f"{place}{own} {choose(rng, TRADES)} {ending}".strip()
    words = [_draw_common(rng, common) if rng.random() < 0.6 else make_word(rng)]
    words += [
        _draw_common(rng, common) if rng.random() < 0.45 else make_word(rng) for _ in range(int(rng.integers(0, 3)))
    ]
    words.append(make_word(rng) if rng.random() < 0.75 else _draw_common(rng, common))
    if rng.random() < 0.15:
        words.insert(len(words) - 1, choose(rng, PARTICLES))
    return " ".join(word.capitalize() for word in words)


def _draw_common(rng: np.random.Generator, common: Sequence[str]) -> str:
    return common[int(len(common) * rng.random() ** 2)]


def swap_sound(rng: np.random.Generator, text: str) -> str:
    """One or two letters written as they may sound."""
    return _swap(rng, text.lower(), SOUND_SWAPS, 1 + int(rng.random() < 0.4))


def misread(rng: np.random.Generator, text: str) -> str:
    """A letter read wrongly by a machine."""
    return _swap(rng, text, SIGHT_SWAPS, 1)


def _swap(rng: np.random.Generator, text: str, pairs: Sequence[tuple[str, str]], count: int) -> str:
    for _ in range(count):
        there = [(old, new) for old, new in pairs if old in text]
        if there:
            old, new = there[int(rng.integers(len(there)))]
            text = text.replace(old, new, 1 if rng.random() < 0.7 else -1)
    return text


def drop_vowels(_: np.random.Generator, text: str) -> str:
    """The vowels within words of four letters and more left out."""
    return " ".join(
        word if len(word) < 4 else word[0] + re.sub("[aeiouAEIOU]", "", word[1:-1]) + word[-1]
        for word in text.split(" ")
    )


def drop_word(rng: np.random.Generator, text: str) -> str:
    """A word in the middle missing; of two words, none."""
    words = text.split(" ")
    if len(words) > 2:
        words.pop(int(rng.integers(1, len(words) - 1)))
    return " ".join(words)


def write_initial(rng: np.random.Generator, text: str) -> str:
    """The first word, or all but the last, as initials."""
    words = text.split(" ")
    upto = 1 if rng.random() < 0.7 else len(words) - 1
    return " ".join([*(word[:1] for word in words[:upto]), *words[upto:]])


def add_title(rng: np.random.Generator, text: str) -> str:
    """A title before the name, or a number of the generation behind it."""
    return f"{choose(rng, TITLES)} {text}" if rng.random() < 0.6 else f"{text} {choose(rng, ('Jr.', 'II'))}"


def join_particle(rng: np.random.Generator, text: str) -> str:
    """A short word written together with the next, or left out."""
    found = re.search(r"\b(\w{2,3})[ -](?=\w)", text)
    if found is None:
        return text
    return text[: found.start()] + (found[1] if rng.random() < 0.5 else "") + text[found.end() :]


HIDING: tuple[Change, ...] = (
    swap_sound, swap_sound, swap_sound, misread, drop_vowels, drop_word, drop_word, write_initial, write_initial,
    add_title, add_title, join_particle, turn_words,
)  # fmt: skip


def alter(rng: np.random.Generator, text: str) -> str:
    """Return the name with one change, now and then two."""
    for _ in range(1 + int(rng.random() < 0.15)):
        kinds = (HIDING, TYPING, SHIPPING)[int(rng.choice(3, p=(0.6, 0.25, 0.15)))]
        text = kinds[int(rng.integers(len(kinds)))](rng, text)
    return text
