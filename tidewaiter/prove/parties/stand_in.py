"""Invented names that stand in for the official lists: as many words a name, and words as common and as rare.

Counted on the 21,622 names of the official lists (OFAC with aliases, a part of the CSL, UFLPA, WRO, BIS denied
persons), and on the 27,464 names that are left of 29,000 of this module when each counts once:

    words a name; names of one word, of two                  3.16; .06, .30         3.13; .06, .30
    share of all words that stand once; five times at most   .161; .394             .159; .373
    held by the 10, 100, 1,000 and 3,000 commonest words     .09, .24, .51, .68     .09, .23, .50, .66
    held by `common_words` of policy/screening.yml           .197                   .192
    names of two words whose rarer word stands nowhere else  .48                    .42
    letters a word; three-letter runs in use                 6.1; 8,781             6.7; 8,733

Only such counts are taken from the lists. Words are put together from syllables, but for `common_words`.

Belongs here: inventing listed names.
Belongs elsewhere: reading lists, honest names (listed_name.py), names that the model is fitted to (made_name.py).
"""

from collections.abc import Sequence

import numpy as np

from tidewaiter.policy import Policy
from tidewaiter.prove.parties.made_name import swap_sound

# Share of names of one word, of two, and so on.
WORDS_N = (0.061, 0.302, 0.324, 0.174, 0.072, 0.037, 0.015, 0.015)
# So many of the commonest words hold this share of all; what is left are words that stand once.
RANKS = (0, 1, 10, 30, 100, 300, 1_000, 3_000, 7_700)
HELD = (0.0, 0.033, 0.092, 0.163, 0.265, 0.39, 0.575, 0.75, 0.865)
# The power of the place of a word among all for names of one word, of two, and so on: a short name has rarer words.
COMMONNESS = (0.0, 0.65, 1.0, 1.22, 1.5)
# Share of names that are another name of the entity before, and what becomes of each of its words there.
ALIAS_SHARE, SAME_SHARE, RESPELT_SHARE = 0.56, 0.4, 0.25
SYLLABLES_N = (0.22, 0.63, 0.14, 0.01)
CLOSED_WITHIN, CLOSED_AT_END = 0.2, 0.5
# Sounds, the commonest first.
OPENINGS = (
    "m", "s", "k", "a", "r", "b", "n", "d", "h", "t", "l", "sh", "kh", "v", "p", "g", "j", "z", "y", "f", "al",
    "ch", "w", "zh", "gh", "q", "c", "st", "br", "kr", "tr", "dr", "gr", "pr", "ts", "th", "sl", "sv", "str", "kv",
    "bl", "fl", "gl", "pl", "sk", "sp", "fr", "mb", "nd", "dzh", "hw", "x", "shch",
)  # fmt: skip
MIDDLES = (
    "a", "i", "o", "e", "u", "aa", "ai", "ou", "ee", "ia", "ya", "iy", "ei", "ao", "uo", "yu", "oo", "ie", "oi",
    "eu",
)  # fmt: skip
CLOSINGS = (
    "n", "r", "l", "m", "d", "k", "t", "s", "v", "h", "ng", "b", "sh", "f", "z", "y", "j", "p", "g", "st", "rt",
    "nd", "lk", "rd", "kh", "x", "mm", "ss", "tt", "nk", "rs", "ch", "ck", "ll", "ff",
)  # fmt: skip
# Words of one language stand together: a name has those of one of so many parts of the vocabulary.
TONGUES = 4
SEED = 11


def invent_listed(policy: Policy, count: int) -> list[str]:
    """Return so many invented names of a list, the names of an entity one after the other."""
    rng = np.random.default_rng(SEED)
    known = _make_vocabulary(rng, policy.screening.common_words)
    names: list[list[str]] = []
    tongue = 0
    are_aliases, lengths = rng.random(count) < ALIAS_SHARE, rng.choice(len(WORDS_N), count, p=WORDS_N)
    for is_alias, more_n in zip(are_aliases, lengths, strict=True):
        if is_alias and names:
            names.append(_name_again(rng, known, names[-1], tongue))
        else:
            tongue = int(rng.integers(TONGUES))
            names.append([_draw_word(rng, known, more_n + 1, tongue) for _ in range(more_n + 1)])
    return [" ".join(words) for words in names]


def _draw_word(rng: np.random.Generator, known: Sequence[str], words_n: int, tongue: int) -> str:
    """Return a word for a name of so many: a known one by how common it is, or one that was not there before."""
    place = rng.random() ** COMMONNESS[min(words_n, len(COMMONNESS)) - 1]
    if words_n == 1 or place >= HELD[-1]:
        return _make_word(rng)
    rank = int(np.interp(place, HELD, RANKS))
    group, within = divmod(rank, 2 * TONGUES)
    # Neighbours in rank are as common as each other: one of `common_words` and one that is made, of each tongue.
    return known[min(2 * (TONGUES * group + tongue) + within % 2, len(known) - 1)]


def _name_again(rng: np.random.Generator, known: Sequence[str], words: Sequence[str], tongue: int) -> list[str]:
    """Return another name of an entity: each word the same, spelt otherwise, or another; of one word, never another."""
    kinds = rng.choice(3, len(words), p=(SAME_SHARE, RESPELT_SHARE, 1 - SAME_SHARE - RESPELT_SHARE))
    if len(words) == 1:
        return [swap_sound(rng, words[0])]
    return [
        word if kind == 0 else swap_sound(rng, word) if kind == 1 else _draw_word(rng, known, len(words), tongue)
        for kind, word in zip(kinds, words, strict=True)
    ]


def _make_vocabulary(rng: np.random.Generator, common: Sequence[str]) -> list[str]:
    """Return words from the commonest on; every other one of the first is of `common`."""
    made = list(dict.fromkeys(_make_word(rng) for _ in range(2 * RANKS[-1])))
    head = [word for pair in zip(rng.permutation(common).tolist(), made, strict=False) for word in pair]
    return [*head, *made[len(common) :]][: RANKS[-1]]


def _make_word(rng: np.random.Generator) -> str:
    """Return a word of one to four syllables; sounds that stand first in their list are commonest."""
    count = int(rng.choice(len(SYLLABLES_N), p=SYLLABLES_N)) + 1
    return "".join(_make_syllable(rng, CLOSED_WITHIN if left else CLOSED_AT_END) for left in reversed(range(count)))


def _make_syllable(rng: np.random.Generator, closed: float) -> str:
    return _draw(rng, OPENINGS) + _draw(rng, MIDDLES) + (_draw(rng, CLOSINGS) if rng.random() < closed else "")


def _draw(rng: np.random.Generator, among: Sequence[str]) -> str:
    return among[int(len(among) * rng.random() ** 1.5)]
