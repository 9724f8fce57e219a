"""How a name is written differently from one filing to the next: typing, legal forms, what a form's width cuts off.

Belongs here: one change of a text at a time, drawn from a generator.
Belongs elsewhere: which texts are changed (made_party.py, altered_name.py).
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

# The width of a name in the X12 309 and in most carriers' forms.
FORM_WIDTH = 35
FORMS = (
    "Co., Ltd.",
    "Co Ltd",
    "LTD",
    "Limited",
    "Company Limited",
    "Co.,Ltd",
    "LLC",
    "Inc.",
    "Corp",
    "GmbH",
    "S.A.",
    "",
)
SHORT: Mapping[str, str] = {
    "trading": "TRDG", "international": "INTL", "import": "IMP", "export": "EXP", "manufacturing": "MFG",
    "technology": "TECH", "industrial": "IND", "electronics": "ELEC", "logistics": "LOG", "general": "GEN",
    "transport": "TRANS", "services": "SVCS", "group": "GRP", "development": "DEV",
}  # fmt: skip
PLACES = ("Shenzhen", "Yiwu", "Ningbo", "Hong Kong", "Dubai", "Guangzhou", "Istanbul", "Karachi", "Hanoi", "Tehran")
Change = Callable[[np.random.Generator, str], str]


def choose(rng: np.random.Generator, among: Sequence[str]) -> str:
    """Return one of the texts."""
    return among[int(rng.integers(len(among)))]


def _place(rng: np.random.Generator, text: str) -> int:
    return int(rng.integers(1, max(2, len(text) - 1)))


def swap_letters(rng: np.random.Generator, text: str) -> str:
    """Two neighbouring letters exchanged."""
    at = _place(rng, text)
    return text[:at] + text[at : at + 2][::-1] + text[at + 2 :]


def drop_letter(rng: np.random.Generator, text: str) -> str:
    """One letter missing."""
    at = _place(rng, text)
    return text[:at] + text[at + 1 :]


def double_letter(rng: np.random.Generator, text: str) -> str:
    """One letter typed twice."""
    at = _place(rng, text)
    return text[:at] + text[at - 1] + text[at:]


def replace_letter(rng: np.random.Generator, text: str) -> str:
    """One letter replaced by another."""
    at = _place(rng, text)
    return text[:at] + chr(int(rng.integers(ord("a"), ord("z") + 1))) + text[at + 1 :]


def join_words(rng: np.random.Generator, text: str) -> str:
    """One blank missing."""
    blanks = [at for at, letter in enumerate(text) if letter == " "]
    at = blanks[int(rng.integers(len(blanks)))] if blanks else len(text)
    return text[:at] + text[at + 1 :]


def part_word(rng: np.random.Generator, text: str) -> str:
    """One blank too many."""
    at = _place(rng, text)
    return f"{text[:at]} {text[at:]}"


def cut_at_width(_: np.random.Generator, text: str) -> str:
    """What the width of the form leaves."""
    return text[:FORM_WIDTH].strip()


def shorten_words(_: np.random.Generator, text: str) -> str:
    """Words of trade as clerks shorten them."""
    return " ".join(SHORT.get(word.lower(), word) for word in text.split(" "))


def add_form(rng: np.random.Generator, text: str) -> str:
    """A legal form behind the name."""
    return f"{text} {choose(rng, FORMS)}".strip()


def add_place(rng: np.random.Generator, text: str) -> str:
    """A town behind the name, or in brackets."""
    place = choose(rng, PLACES)
    return f"{text} ({place})" if rng.random() < 0.5 else f"{text} {place.upper()}"


def turn_words(_: np.random.Generator, text: str) -> str:
    """The last word first, as in lists by surname."""
    first, _blank, last = text.rpartition(" ")
    return f"{last}, {first}" if first else text


def capitalise(_: np.random.Generator, text: str) -> str:
    """Capitals throughout, without stops and commas."""
    return text.upper().replace(".", "").replace(",", "")


TYPING: tuple[Change, ...] = (swap_letters, drop_letter, double_letter, replace_letter, join_words, part_word)
SHIPPING: tuple[Change, ...] = (cut_at_width, add_form, add_place, shorten_words, capitalise)


def change(rng: np.random.Generator, text: str, changes: Sequence[Change]) -> str:
    """Return the text after one of the changes."""
    return changes[int(rng.integers(len(changes)))](rng, text)
