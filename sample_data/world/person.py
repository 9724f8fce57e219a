"""Who receives: people and importing firms, as many as there are numbers, made only when they receive something.

Belongs here: name, address, telephone and e-mail address of a consignee's number.
Belongs elsewhere: which consignee receives what (source.py, the adversaries).
"""

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
    name_streets,
    text_of,
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
_AREAS = pl.Series([str(area) for area in range(201, 990) if area // 10 % 10 != 9])
_DOMAINS = pl.Series(["com", "com", "org"])


def name_consignees(salt: int, consignees: Ints, spelling: Ints) -> pl.Series:
    """Their names.

    Args:
        spelling: 0 as it is, 1 in capitals, 2 with two letters exchanged, 3 with the surname first.
    """
    first, second = _name_parts(salt, consignees)
    frame = pl.DataFrame({"a": WORDS.gather(first), "b": _SECOND.gather(second), "way": spelling})
    name = pl.concat_str("a", pl.lit(" "), "b")
    plain = frame.select(name).to_series()
    odd = frame.with_row_index("row").filter(pl.col("way") > 0)
    swapped = pl.concat_str(name.str.slice(0, 2), name.str.slice(3, 1), name.str.slice(2, 1), name.str.slice(4))
    spelt = odd.select(
        "row",
        name=pl.when(pl.col("way") == 1).then(name.str.to_uppercase()).when(pl.col("way") == 2).then(swapped)
        .otherwise(pl.concat_str("b", pl.lit(" "), "a")),
    )  # fmt: skip
    return plain.scatter(spelt["row"], spelt["name"])


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
    unit = mix_below(places, salt + 21, 1_300)
    has_unit = pl.Series(unit < 400)
    apartment = pl.select(pl.when(has_unit).then(pl.lit(" Apt ") + text_of(unit + 1)).otherwise(pl.lit(""))).to_series()
    return pl.DataFrame(
        {
            "consignee_name": name_consignees(salt, consignees, spelling),
            "consignee_address": join(name_streets(places, salt + 22), apartment),
            "consignee_city": US_CITY.gather(town),
            "consignee_state": US_STATE.gather(town),
            "consignee_postal_code": join(US_ZIP.gather(town), text_of(mix_below(places, salt + 26, 98) + 1, 2)),
            "consignee_phone": _blank(_write_phones(salt, consignees), has_phone),
            "consignee_email": _blank(_write_emails(salt, consignees), has_email),
        }
    )


def _blank(texts: pl.Series, is_filled: Flags) -> pl.Series:
    return pl.select(pl.when(pl.Series(is_filled)).then(texts)).to_series()


def _write_phones(salt: int, consignees: Ints) -> pl.Series:
    """Numbers of the block 555-0100 to 555-0199, kept for made-up ones: there are few, so strangers share them."""
    area = _AREAS.gather(mix_below(consignees, salt + 30, len(_AREAS)))
    return join("+1-", area, "-555-01", text_of(mix_below(consignees, salt + 31, 100), 2))


def _write_emails(salt: int, consignees: Ints) -> pl.Series:
    first, second = _name_parts(salt, consignees)
    name = LOWER_WORDS.gather(first)
    last = LOWER_WORDS.gather(second % N_WORDS)
    number = text_of(mix_below(consignees, salt + 33, 90) + 10)
    return join(name, ".", last, number, "@example.", _DOMAINS.gather(mix_below(consignees, salt + 32, 3)))
