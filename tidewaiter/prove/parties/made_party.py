"""Invented firms and persons, each with several spellings and the party that is behind them.

Belongs here: true parties, and how they are filed.
Belongs elsewhere: one change of a text (noise.py), what is measured on them (company.py, person.py).
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl

from tidewaiter.prove.parties.noise import FORMS, TYPING, capitalise, change, choose, cut_at_width, shorten_words

HEADS = ("Ka", "Zhe", "Bor", "Lin", "Mer", "Sun", "Tor", "Vel", "Qua", "Hai", "Dra", "Fen", "Jin", "Nor", "Pal", "Ros")
LINKS = ("lo", "min", "ga", "tre", "shu", "vi", "ne", "do", "ka", "ster", "bo", "lia", "ran", "wi", "po", "cu")
TAILS = ("tek", "na", "ron", "xi", "dell", "mar", "fu", "land", "vik", "son", "ta", "ling", "bert", "go", "lux", "da")
TRADES = (
    "Trading", "International Trading", "Import & Export", "Electronics", "Industrial", "Garment", "Logistics",
    "Technology", "Home Products", "Hardware Manufacturing", "Supply Chain", "General Merchandise Trading",
)  # fmt: skip
COUNTRIES = ("CN", "CN", "CN", "HK", "VN", "IN", "DE", "TR")
STREETS = ("Street", "St", "St.", "Road", "Rd", "Avenue", "Ave", "Lane", "Drive")


class Filed(NamedTuple):
    """One spelling of a party."""

    party: int
    party_kind: str
    name: str
    address: str | None
    postal_code: str | None
    country: str | None
    phone: str | None = None
    email: str | None = None
    importer_number: str | None = None


SCHEMA = {name: pl.Int64 if name == "party" else pl.String for name in Filed._fields}


def make_word(rng: np.random.Generator) -> str:
    """Return an invented word of three to five syllables."""
    middle = "".join(choose(rng, LINKS) for _ in range(int(rng.integers(1, 4))))
    return choose(rng, HEADS) + middle + choose(rng, TAILS)


def make_firms(rng: np.random.Generator, parties: int, spellings: int) -> pl.DataFrame:
    """Return about `spellings` filings of each of `parties` firms: mistyped, cut, shortened, moved, incomplete."""
    return _to_frame(each for party in range(parties) for each in _file_firm(rng, party, spellings))


def make_persons(rng: np.random.Generator, parties: int, spellings: int) -> pl.DataFrame:
    """Return about `spellings` filings of each of `parties` persons, some of whom share a home."""
    return _to_frame(each for party in range(parties) for each in _file_person(rng, party, spellings))


def _to_frame(filed: Iterator[Filed]) -> pl.DataFrame:
    frame = pl.DataFrame(list(filed), schema=SCHEMA, orient="row")
    return frame.unique(maintain_order=True)


def _file_firm(rng: np.random.Generator, party: int, spellings: int) -> Iterator[Filed]:
    words = " ".join(make_word(rng) for _ in range(1 + int(rng.random() < 0.35)))
    name = f"{words} {choose(rng, TRADES)}{f' {rng.integers(1, 40)}' if rng.random() < 0.06 else ''}"
    country, address = choose(rng, COUNTRIES), _make_address(rng)
    postal = str(rng.integers(100_000, 900_000))
    true = Filed(party, "sender", f"{name} {choose(rng, FORMS)}".strip(), address, postal, country)
    yield true
    for _ in range(int(rng.poisson(spellings - 1))):
        filed = true
        if rng.random() < 0.15:
            filed = filed._replace(address=_make_address(rng), postal_code=str(rng.integers(100_000, 900_000)))
        elif rng.random() < 0.15:
            filed = filed._replace(address=None, postal_code=None)
        yield filed._replace(name=_respell(rng, f"{name} {choose(rng, FORMS)}".strip(), 0.35))


def _respell(rng: np.random.Generator, name: str, typing: float) -> str:
    if rng.random() < 0.2:
        name = shorten_words(rng, name)
    if rng.random() < typing:
        name = change(rng, name, TYPING)
    if rng.random() < 0.3:
        name = capitalise(rng, name)
    return cut_at_width(rng, name) if rng.random() < 0.5 else name


def _make_address(rng: np.random.Generator) -> str:
    unit = f" Apt {rng.integers(1, 400)}" if rng.random() < 0.3 else ""
    return f"{rng.integers(1, 9900)} {make_word(rng)} {choose(rng, STREETS)}{unit}"


def _make_phone(rng: np.random.Generator) -> str:
    return f"+1-{rng.integers(201, 989)}-555-{rng.integers(0, 9999):04d}"


def _file_person(rng: np.random.Generator, party: int, spellings: int) -> Iterator[Filed]:
    given, family = make_word(rng), make_word(rng)
    zip5 = f"{rng.integers(10_000, 99_000)}"
    phone = _make_phone(rng) if rng.random() < 0.7 else None
    number = (
        f"{rng.integers(100, 999)}-{rng.integers(10, 99)}-{rng.integers(0, 9999):04d}" if rng.random() < 0.2 else None
    )
    email = f"{given}.{family}{party}@example.com".lower() if rng.random() < 0.5 else None
    true = Filed(party, "receiver", f"{given} {family}", _make_address(rng), zip5, "US", phone, email, number)
    yield true
    if rng.random() < 0.2:
        # Another of the household: the same address and surname, and now and then the same telephone.
        other = true._replace(party=-1 - party, name=f"{make_word(rng)} {family}", email=None, importer_number=None)
        yield other if rng.random() < 0.3 else other._replace(phone=_make_phone(rng))
    for _ in range(int(rng.poisson(spellings - 1))):
        filed = true
        if rng.random() < 0.1:
            filed = filed._replace(address=_make_address(rng), postal_code=f"{rng.integers(10_000, 99_000)}")
        elif rng.random() < 0.3 and true.address:
            filed = filed._replace(address=change(rng, true.address, TYPING))
        named = f"{given[0]} {family}" if rng.random() < 0.1 else _respell(rng, true.name, 0.4)
        has_phone, has_email = rng.random(2) < 0.8
        now = _make_phone(rng) if phone and rng.random() < 0.1 else phone
        filed = filed._replace(importer_number=number if rng.random() < 0.7 else None)
        yield filed._replace(name=named, phone=now if has_phone else None, email=email if has_email else None)


def make_households(rng: np.random.Generator, homes: int, spellings: int, given_names: Sequence[str]) -> pl.DataFrame:
    """Return about `spellings` filings of each of two persons of one home and surname.

    Args:
        given_names: each with its spellings, parted by a blank; every other couple has two that are much alike.
    """
    return _to_frame(each for home in range(homes) for each in _file_household(rng, home, spellings, given_names))


def _file_household(rng: np.random.Generator, home: int, spellings: int, given_names: Sequence[str]) -> Iterator[Filed]:
    family, address, zip5 = make_word(rng), _make_address(rng), f"{rng.integers(10_000, 99_000)}"
    phone = _make_phone(rng) if rng.random() < 0.7 else None
    for member, given in enumerate(_draw_couple(rng, given_names)):
        name = f"{given.capitalize()} {family}"
        true = Filed(2 * home + member, "receiver", name, address, zip5, "US", phone)
        yield true
        for _ in range(int(rng.poisson(spellings - 1))):
            yield true._replace(name=_respell(rng, name, 0.4), phone=phone if rng.random() < 0.8 else None)


def _draw_couple(rng: np.random.Generator, given_names: Sequence[str]) -> tuple[str, str]:
    """Return two given names, every other time of the eight that are most alike the first."""
    from rapidfuzz import distance, process

    one = choose(rng, given_names).split(" ")[0]
    others = [entry.split(" ")[0] for entry in given_names if one not in entry.split(" ")]
    if rng.random() < 0.5:
        others = [name for name, *_ in process.extract(one, others, scorer=distance.JaroWinkler.similarity, limit=8)]
    return one, choose(rng, others)
