"""What is left of a name when vowels and the habits of spelling are taken away.

Belongs here: words to consonant skeletons.
Belongs elsewhere: comparing them (likeness.py), keys that make parties one (normalise.py).
"""

import polars as pl

# Letters that stand for one sound in the romanisations that lists and filings use.
SOUNDS = (
    ("sch", "s"), ("tch", "c"), ("ph", "f"), ("kh", "h"), ("gh", "g"), ("ch", "c"), ("sh", "s"), ("zh", "j"),
    ("ck", "k"),
    ("ts", "s"), ("tz", "s"), ("dj", "j"), ("th", "t"), ("q", "k"), ("c", "k"), ("x", "ks"), ("z", "s"), ("w", "v"),
    ("y", "i"),
    ("g", "k"), ("d", "t"), ("b", "p"), ("1", "l"), ("0", "o"), ("5", "s"), ("8", "b"),
)  # fmt: skip


def skeleton_words(texts: pl.Series) -> pl.Series:
    """Return each word's first letter and its consonants after it, doubled ones once, sounds that are alike as one."""
    found = texts
    for letters, sound in SOUNDS:
        found = found.str.replace_all(letters, sound, literal=True)
    first = found.str.replace_all(r"\b[aeiou]", "a").str.replace_all(r"\B[aeiouh]", "")
    for letter in "bcdfgjklmnprstv":
        first = first.str.replace_all(letter + "{2,}", letter)
    return first
