"""Rates carried from night to night say what rates found anew say, and are found anew where lists or facts change.

Belongs here: nights in order with and without what earlier ones found.
Belongs elsewhere: the rates themselves (test_duty.py).
"""

from tests.support.duty import BOLT, CHIP, HAT, MILK, OTHER_SHIRT, SHIRT, open_desk
from tests.support.duty import make_line as line
from tidewaiter.duty.ask import DeclaredLine
from tidewaiter.duty.carried import CarriedRates

ON, LATER = "2024-06-01", "2026-05-01"
NIGHTS = (
    [line(SHIRT, "VN", 400), line(BOLT, "CN", 400)],
    [line(OTHER_SHIRT, "CN", 400), line(SHIRT, None, 400), line(None, "CN", 400)],
    [line(SHIRT[:6], "CN", 400), line(BOLT, "RU", 400), line("9999", "VN", 400), line(HAT, "XX", 400)],
    [line(SHIRT, "CN", 400), line(SHIRT[:4], "VN", 400)],
    [line(MILK, "VN", 400, gross_weight_kg=3), line(CHIP, "CN", 400)],
)


def ask(on: str, lines: list[DeclaredLine], carried: CarriedRates | None = None) -> list[dict[str, object]]:
    with open_desk() as desk:
        return desk.ask_all(on, lines, carried=carried)


def test_carried_rates_say_what_rates_found_anew_say() -> None:
    carried = CarriedRates()
    for lines in NIGHTS:
        assert ask(ON, lines, carried) == ask(ON, lines)


def test_known_numbers_and_origins_are_not_looked_up_again() -> None:
    carried = CarriedRates()
    for lines in NIGHTS[:2]:
        ask(ON, lines, carried)
    found = carried.tables
    again = [line(BOLT, "VN", 90), line(BOLT[:6], "CN", 10)]
    assert ask(ON, again, carried) == ask(ON, again)
    assert carried.tables is found


def test_other_facts_have_rates_of_their_own() -> None:
    carried = CarriedRates()
    for lines in NIGHTS:
        ask(ON, lines, carried)
    assert ask(LATER, NIGHTS[0], carried) == ask(LATER, NIGHTS[0]) != ask(ON, NIGHTS[0])
