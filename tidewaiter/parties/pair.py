"""How likely it is that two spellings which share no exact key are one party.

The score is a logistic function of a few comparisons. Its weights were fitted once, by
tidewaiter/prove/parties/fit_pair.py, to invented firms and persons, and are frozen
here: a score of today is a score of last year.

Belongs here: the comparisons, the weights, the score.
Belongs elsewhere: which pairs are looked at (candidate.py), what follows from a score (link.py).
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from tidewaiter.parties.given_name import GivenNames
from tidewaiter.parties.policy import Parties

Sides = tuple[list[str], list[str]]
Floats = npt.NDArray[np.float64]
# What is compared, on each side; `left_` and `right_` stand before the names in a frame of pairs.
COMPARED = (
    "party_kind", "name_words", "name_key", "address_key", "zip_key", "country", "phone_key", "email_key",
    "importer_number",
)  # fmt: skip
IDENTIFIERS = ("phone_key", "email_key", "importer_number")
LONG_ENOUGH = 20
ALIKE = 0.85
# Comparisons that weigh otherwise where the two are at one place, or are reached by one telephone, e-mail or number.
OF_KNOWN = ("edit_share", "core_winkler", "core_within", "token_set")
WEIGHTS: Mapping[str, float] = {
    "same_core": 6.302,
    "one_edit": 5.869,
    "two_edits": 2.337,
    "edit_share": 1.978,
    "core_length": 5.14,
    "core_winkler": 13.578,
    "core_within": 13.307,
    "name": 0.699,
    "token_set": -0.848,
    "is_cut": 3.672,
    "same_place": -1.233,
    "other_place": 2.973,
    "other_zip": -4.288,
    "other_numbers": 0.499,
    "is_sender": 3.65,
    "same_phone_key": 0.16,
    "same_email_key": 5.335,
    "same_importer_number": 4.185,
    "known_edit_share": 5.411,
    "known_core_winkler": -1.498,
    "known_core_within": 5.757,
    "known_token_set": -1.814,
    "same_core_other_trade": -8.219,
    "other_phone": -2.1,
    "constant": -30.783,
}


def score_pairs(pairs: pl.DataFrame, policy: Parties) -> Floats:
    """Return for each pair the probability that both sides are one party; the frame has COMPARED of each side.

    It is 0 for the names of two persons that are as alike as two spellings of one: weights of letters cannot tell.
    """
    features = compare_pairs(pairs, policy)
    total = sum(
        (WEIGHTS[name] * values for name, values in features.items()), np.full(pairs.height, WEIGHTS["constant"])
    )
    return _part_persons(pairs, 1 / (1 + np.exp(-total)), policy)


def compare_pairs(pairs: pl.DataFrame, policy: Parties) -> dict[str, Floats]:
    """Return each comparison by name: likeness and identity from 0 to 1, edits in letters."""
    from rapidfuzz import distance, fuzz

    names, words = _texts(pairs, "name_key"), _texts(pairs, "name_words")
    squeezed, ordered, trades = _part_names(words, policy)
    edits = np.minimum(_compare(squeezed, distance.OSA.distance), _compare(ordered, distance.OSA.distance))
    shorter = np.maximum(np.minimum(_lengths(squeezed[0]), _lengths(squeezed[1])), 1)
    address = _compare(_texts(pairs, "address_key"), fuzz.ratio) / 100
    place = np.maximum(_same(pairs, "address_key"), (address > ALIKE) * _same(pairs, "zip_key"))
    reached = np.maximum.reduce([_same(pairs, name) for name in IDENTIFIERS])
    found = {
        "same_core": (edits == 0).astype(np.float64),
        "one_edit": (edits == 1).astype(np.float64),
        "two_edits": (edits == 2).astype(np.float64),
        "edit_share": np.minimum(edits / shorter, 1),
        "core_length": np.minimum(shorter, 16) / 16,
        "core_winkler": _compare(squeezed, distance.JaroWinkler.similarity),
        "core_within": _compare(ordered, fuzz.partial_ratio) / 100,
        "name": _compare(names, fuzz.ratio) / 100,
        "token_set": _compare(names, fuzz.token_set_ratio) / 100,
        "is_cut": _is_cut(pairs),
        "other_trade": _have_other_trades(trades),
        "same_place": place,
        "other_place": _both(pairs, "address_key") * (1 - place),
        "other_zip": _both(pairs, "zip_key") - _same(pairs, "zip_key"),
        "other_numbers": _have_other_numbers(pairs),
        "is_sender": (pairs["left_party_kind"] == "sender").to_numpy().astype(np.float64),
        **{f"same_{name}": _same(pairs, name) for name in IDENTIFIERS},
    }
    known = np.maximum(place, reached)
    found |= {f"known_{name}": known * found[name] for name in OF_KNOWN}
    found["same_core_other_trade"] = found["same_core"] * found.pop("other_trade") * (1 - known)
    found["other_phone"] = _both(pairs, "phone_key") - _same(pairs, "phone_key")
    return found


def _part_names(names: Sides, policy: Parties) -> tuple[Sides, Sides, Sides]:
    """Return who the names say it is, without blanks and with the words in order, and what they say it does.

    What a firm does it says in words that many firms have.
    """
    generic = frozenset(policy.generic_words)
    begun = frozenset(word[:length] for word in generic for length in range(3, len(word)))
    parts = {name: _part_name(name, generic, begun) for name in {*names[0], *names[1]}}
    squeezed, ordered, trades = (
        ([parts[name][at] for name in names[0]], [parts[name][at] for name in names[1]]) for at in range(3)
    )
    return squeezed, ordered, trades


def _part_name(name: str, generic: frozenset[str], begun: frozenset[str]) -> tuple[str, str, str]:
    """Return a name's own words, squeezed and ordered, and those that are not; a last one may be cut short."""
    words = name.split(" ")
    last = len(words) - 1
    is_generic = [word in generic or (at == last > 0 and word in begun) for at, word in enumerate(words)]
    own = [word for word, shared in zip(words, is_generic, strict=True) if not shared] or words
    trade = " ".join(word for word, shared in zip(words, is_generic, strict=True) if shared)
    return "".join(own), " ".join(sorted(own)), trade


def _have_other_trades(trades: Sides) -> Floats:
    """Return whether both names say what the firm does, and neither says a part of what the other says."""
    from rapidfuzz import fuzz

    said = np.array([bool(one) and bool(two) for one, two in zip(*trades, strict=True)], dtype=np.float64)
    return said * (_compare(trades, fuzz.partial_ratio) < 100 * ALIKE)


def _part_persons(pairs: pl.DataFrame, scores: Floats, policy: Parties) -> Floats:
    """Return the scores, 0 in place of those that are likely enough where the names are of two persons.

    Two that give one importer's number are not parted: a household shares a telephone, and no number of this kind.
    """
    least = min(policy.receiver_threshold, policy.sender_threshold)
    likely = np.flatnonzero((scores >= least) & (_same(pairs, "importer_number") == 0))
    given = GivenNames(policy)
    names = zip(*_texts(pairs[likely], "name_words"), strict=True)
    parted = np.fromiter((given.are_two(one, two) for one, two in names), dtype=np.bool_, count=len(likely))
    scores[likely[parted]] = 0
    return scores


def _texts(pairs: pl.DataFrame, name: str) -> Sides:
    return pairs[f"left_{name}"].fill_null("").to_list(), pairs[f"right_{name}"].fill_null("").to_list()


def _compare(texts: Sides, scorer: Any) -> Floats:
    from rapidfuzz import process

    return np.asarray(process.cpdist(*texts, scorer=scorer, dtype=np.float64))


def _lengths(texts: list[str]) -> Floats:
    return np.fromiter((len(text) for text in texts), dtype=np.float64, count=len(texts))


def _same(pairs: pl.DataFrame, name: str) -> Floats:
    same = pairs[f"left_{name}"] == pairs[f"right_{name}"]
    return same.fill_null(False).to_numpy().astype(np.float64)


def _both(pairs: pl.DataFrame, name: str) -> Floats:
    both = pairs[f"left_{name}"].is_not_null() & pairs[f"right_{name}"].is_not_null()
    return both.to_numpy().astype(np.float64)


def _is_cut(pairs: pl.DataFrame) -> Floats:
    """Return whether one name is the beginning of the other, as a form's width leaves it."""
    left, right = pl.col("left_name_words"), pl.col("right_name_words")
    begins = right.str.starts_with(left) | left.str.starts_with(right)
    long = pl.min_horizontal(left.str.len_chars(), right.str.len_chars()) >= LONG_ENOUGH
    return pairs.select((begins & long).fill_null(False))[:, 0].to_numpy().astype(np.float64)


def _have_other_numbers(pairs: pl.DataFrame) -> Floats:
    """Return whether both names have numbers, and not the same: branch 2 is not branch 3."""
    left, right = (pl.col(f"{side}_name_key").str.extract_all(r"\d+") for side in ("left", "right"))
    other = (left.list.len() > 0) & (right.list.len() > 0) & (left != right)
    return pairs.select(other.fill_null(False))[:, 0].to_numpy().astype(np.float64)
