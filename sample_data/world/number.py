"""Document numbers with the check digits that readers test, for whole columns at a time.

Belongs here: entry numbers, air waybills, postal items, containers, ships.
Belongs elsewhere: which shipment carries which number (entry.py, waybill.py, ocean.py).
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from sample_data.word import Ints
from sample_data.world.digit import Bytes, encode, list_digits, stack

SERIALS = 10_000_000
_POSTAL_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def _digit(character: str) -> int:
    """The value of a character in an entry number: A to I and J to R count from 1 to 9, S to Z from 2 to 9."""
    if character.isdigit():
        return int(character)
    place = ord(character) - ord("A")
    return place % 9 + 1 if place < 18 else place - 16


def _fold(values: Ints) -> Ints:
    """Twice each value, its digits added."""
    twice = values * 2
    folded: Ints = twice // 10 + twice % 10
    return folded


@dataclass
class EntryNumbers:
    """The filers' codes and the serial that each gives next."""

    codes: list[str]
    next_serial: Ints

    def take(self, filers: Ints) -> Ints:
        """A serial for each row, in order, from its filer's own sequence.

        Raises:
            ValueError: a filer has used all of its numbers.
        """
        order = np.argsort(filers, kind="stable")
        count = np.bincount(filers, minlength=len(self.codes))
        first = np.cumsum(count) - count
        place = np.empty(len(filers), dtype=np.int64)
        place[order] = np.arange(len(filers)) - first[filers[order]]
        serials: Ints = self.next_serial[filers] + place
        self.next_serial += count
        if self.next_serial.max() > SERIALS:
            raise ValueError("a filer has used its ten million entry numbers: make fewer days, or at a smaller scale")
        return serials

    def list_parts(self, filers: Ints, serials: Ints) -> list[Bytes]:
        """Entry numbers in parts: filer code, seven digits and a check digit by modulus ten."""
        head = np.array([sum(_digit(c) if i % 2 == 0 else int(_fold(np.array(_digit(c)))) for i, c in enumerate(code))
                         for code in self.codes])  # fmt: skip
        total = head[filers]
        for place in range(7):
            digit = serials // 10**place % 10
            total = total + (_fold(digit) if place % 2 == 0 else digit)
        return [encode(self.codes)[filers], *list_digits(serials, 7), *list_digits(-total % 10, 1)]


def write_airway_bills(prefixes: Ints, serials: Ints) -> pl.Series:
    """Master air waybills: three digits of the airline, seven of serial, and the serial's remainder by seven."""
    short = serials % SERIALS
    return stack(*list_digits(prefixes, 3), b"-", *list_digits(short, 7), *list_digits(short % 7, 1))


def write_postal_numbers(serials: Ints, countries: Bytes) -> pl.Series:
    """Postal item numbers in the thirteen-character form of the Universal Postal Union's standard S10.

    Args:
        countries: two letters each.
    """
    total = np.zeros(len(serials), dtype=np.int64)
    for place, weight in enumerate(_POSTAL_WEIGHTS):
        total += serials // 10 ** (7 - place) % 10 * weight
    rest = 11 - total % 11
    check = np.where(rest == 10, 0, np.where(rest == 11, 5, rest))
    return stack(b"LZ", *list_digits(serials, 8), *list_digits(check, 1), countries)


def write_container_numbers(owners: list[str], owner: Ints, serials: Ints, wrong: Ints) -> pl.Series:
    """Container numbers by ISO 6346: four letters, six digits, check digit.

    Args:
        wrong: what is added to each check digit, 0 for a right one.
    """
    head = np.array([sum(_container_value(c) << i for i, c in enumerate(code)) for code in owners])
    total = head[owner]
    for place in range(6):
        total = total + (serials // 10 ** (5 - place) % 10 << (place + 4))
    check = (total % 11 % 10 + wrong) % 10
    return stack(encode(owners)[owner], *list_digits(serials, 6), *list_digits(check, 1))


def _container_value(letter: str) -> int:
    """Letters count from 10 upwards, leaving out multiples of 11."""
    value = 10 + ord(letter) - ord("A")
    return value + (value > 10) + (value > 20) + (value > 30)


def make_ship_number(serial: int) -> str:
    """A seven-digit ship number with the IMO check digit, from a range in which no ship is registered."""
    body = f"{300_000 + serial:06d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, range(7, 1, -1), strict=True))
    return f"{body}{total % 10}"
