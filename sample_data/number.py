"""Document and equipment numbers with the check digits that readers test.

Belongs here: entry numbers, air waybills, postal items, containers and ships.
Belongs elsewhere: which shipment carries which number (entry.py, bill.py).
"""

_DIGITS = "0123456789"
_POSTAL_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def add_check_digit(filers: list[str], serials: list[int]) -> list[str]:
    """Entry numbers: filer code, seven digits, and a modulus-ten check digit over all ten positions.

    Letters count A to I as 1 to 9, J to R as 1 to 9, S to Z as 2 to 9; every second position from the right is doubled.
    """
    return [f"{body}{_luhn(body)}" for body in (f"{f}{s:07d}" for f, s in zip(filers, serials, strict=True))]


def _luhn(body: str) -> int:
    total = 0
    for place, character in enumerate(reversed(body)):
        value = _digit_of(character) * (2 if place % 2 == 0 else 1)
        total += value // 10 + value % 10
    return -total % 10


def _digit_of(character: str) -> int:
    if character in _DIGITS:
        return int(character)
    place = ord(character) - ord("A")
    return place % 9 + 1 if place < 18 else place - 16


def make_airway_bill(prefix: int, serial: int) -> str:
    """A master air waybill: three digits of the airline, seven of serial, and the serial's remainder by seven."""
    return f"{prefix:03d}-{serial % 10**7:07d}{serial % 10**7 % 7}"


def make_postal_number(serials: list[int], countries: list[str]) -> list[str]:
    """Postal item numbers in the thirteen-character form of the Universal Postal Union's standard S10."""
    return [f"LZ{s:08d}{_check_postal(s)}{c}" for s, c in zip(serials, countries, strict=True)]


def _check_postal(serial: int) -> int:
    total = sum(int(digit) * weight for digit, weight in zip(f"{serial:08d}", _POSTAL_WEIGHTS, strict=True))
    rest = 11 - total % 11
    return {10: 0, 11: 5}.get(rest, rest)


def make_container_number(owner: str, serial: int) -> str:
    """A container number by ISO 6346: four letters, six digits, check digit."""
    body = f"{owner}{serial:06d}"
    total = sum(_container_value(character) << place for place, character in enumerate(body))
    return f"{body}{total % 11 % 10}"


def _container_value(character: str) -> int:
    """Letters count from 10 upwards, leaving out multiples of 11."""
    if character in _DIGITS:
        return int(character)
    value = 10 + ord(character) - ord("A")
    return value + (value > 10) + (value > 20) + (value > 30)


def make_ship_number(serial: int) -> str:
    """A seven-digit ship number with the IMO check digit, from a range in which no ship is registered."""
    body = f"{300_000 + serial:06d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, range(7, 1, -1), strict=True))
    return f"{body}{total % 10}"
