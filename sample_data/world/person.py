"""Who receives: people and importing firms, as many as there are numbers, made only when they receive something.

Belongs here: name, address, telephone and e-mail address of a consignee's number.
Belongs elsewhere: which consignee receives what (source.py, the adversaries).
"""

from collections.abc import Callable

import numpy as np
import polars as pl

from sample_data.word import Flags, Ints
from sample_data.world.naming import (
    LOWER_WORDS,
    N_WORDS,
    US_CITY,
    US_STATE,
    US_ZIP,
    WORDS,
    join,
    list_street_parts,
    spread_texts,
)
from sample_data.world.stream import mix_below, mix_share

# Numbers from here on are firms; keys of addresses from here on are hubs at which many people receive.
FIRST_FIRM = 1 << 40
FIRST_HUB = 1 << 41
_FIRM_ENDINGS = [
    f"{trade} {form}"
    for trade in ("Imports", "Distributors", "Home Products", "Supply", "Wholesale", "Industries")
    for form in ("Inc.", "LLC", "Corp.")
]
_SECOND = pl.concat([WORDS, pl.Series(_FIRM_ENDINGS)])
_AREAS = [area for area in range(201, 990) if area // 10 % 10 != 9]
_DOMAINS = ("com", "com", "org")
_ROUTES = range(1, 99)
# Every text that a part may have, since the fewer parts are joined, the faster.
_FIRST = pl.Series([f"{word} " for word in WORDS])
_APARTMENTS = pl.Series([*(f" Apt {unit}" for unit in range(1, 401)), ""])
_POSTAL_CODES = pl.Series([f"{start}{route:02d}" for start in US_ZIP for route in _ROUTES])
_PHONES = pl.Series([f"+1-{area}-555-01{number:02d}" for area in _AREAS for number in range(100)])
_MAILBOXES = pl.Series([f"{word}." for word in LOWER_WORDS])
_HOSTS = pl.Series([f"{number}@example.{domain}" for number in range(10, 100) for domain in _DOMAINS])


def name_consignees(salt: int, consignees: Ints, spelling: Ints) -> pl.Series:
    """Their names.

    Args:
        spelling: 0 as it is, 1 in capitals, 2 with two letters exchanged, 3 with the surname first.
    """
    first, second = _name_parts(salt, consignees)
    plain = join(_FIRST.gather(first), _SECOND.gather(second))
    at = np.flatnonzero(spelling > 0)
    odd = pl.DataFrame({"a": WORDS.gather(first[at]), "b": _SECOND.gather(second[at]), "way": spelling[at]})
    name = pl.concat_str("a", pl.lit(" "), "b")
    swapped = pl.concat_str(name.str.slice(0, 2), name.str.slice(3, 1), name.str.slice(2, 1), name.str.slice(4))
    spelt = odd.select(
        pl.when(pl.col("way") == 1).then(name.str.to_uppercase()).when(pl.col("way") == 2).then(swapped)
        .otherwise(pl.concat_str("b", pl.lit(" "), "a"))
    )  # fmt: skip
    return plain.scatter(pl.Series(at), spelt.to_series())


def _name_parts(salt: int, consignees: Ints) -> tuple[Ints, Ints]:
    is_firm = consignees >= FIRST_FIRM
    first = np.where(is_firm, (consignees * 3_331 + salt) % N_WORDS, mix_below(consignees, salt, N_WORDS))
    ending = N_WORDS + mix_below(consignees, salt + 1, len(_FIRM_ENDINGS))
    return first, np.where(is_firm, ending, mix_below(consignees, salt + 2, N_WORDS))


def place_consignees(consignees: Ints, day_number: int, moves_a_year: float, household_share: float) -> Ints:
    """The key of the address at which each lives on the day: housemates share one, and people move now and then."""
    lives_with = mix_share(consignees, 5) < household_share
    home = np.where(lives_with, consignees - 1, consignees)
    years = day_number / 365.25 + mix_share(home, 6) / max(moves_a_year, 1e-9)
    key: Ints = home * 32 + (years * moves_a_year).astype(np.int64) % 32
    return key


def write_consignees(
    salt: int, consignees: Ints, spelling: Ints, places: Ints, filled: tuple[Flags, Flags]
) -> pl.DataFrame:
    """One row each: name, address, city, state, postal code, telephone and e-mail address.

    Args:
        filled: which rows give a telephone number, and which an e-mail address.
    """
    has_phone, has_email = filled
    town = mix_below(places, salt + 20, len(US_CITY))
    apartment = _APARTMENTS.gather(np.minimum(mix_below(places, salt + 21, 1_300), _APARTMENTS.len() - 1))
    postal = town * len(_ROUTES) + mix_below(places, salt + 26, len(_ROUTES))
    return pl.DataFrame(
        {
            "consignee_name": name_consignees(salt, consignees, spelling),
            "consignee_address": join(*list_street_parts(places, salt + 22), apartment),
            "consignee_city": US_CITY.gather(town),
            "consignee_state": US_STATE.gather(town),
            "consignee_postal_code": _POSTAL_CODES.gather(postal),
            "consignee_phone": _write_some(_write_phones, salt, consignees, has_phone),
            "consignee_email": _write_some(_write_emails, salt, consignees, has_email),
        }
    )


def _write_some(write: Callable[[int, Ints], pl.Series], salt: int, consignees: Ints, is_filled: Flags) -> pl.Series:
    """What is written for the rows that give it; missing for the others."""
    at = np.flatnonzero(is_filled)
    return spread_texts(len(consignees), (at, write(salt, consignees[at])))


def _write_phones(salt: int, consignees: Ints) -> pl.Series:
    """Numbers of the block 555-0100 to 555-0199, kept for made-up ones: there are few, so strangers share them."""
    area = mix_below(consignees, salt + 30, len(_AREAS))
    return _PHONES.gather(area * 100 + mix_below(consignees, salt + 31, 100))


def _write_emails(salt: int, consignees: Ints) -> pl.Series:
    first, second = _name_parts(salt, consignees)
    number = mix_below(consignees, salt + 33, 90)
    host = number * len(_DOMAINS) + mix_below(consignees, salt + 32, len(_DOMAINS))
    return join(_MAILBOXES.gather(first), LOWER_WORDS.gather(second % N_WORDS), _HOSTS.gather(host))
