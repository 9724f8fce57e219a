"""How duty is found, as the rules by date say it: both sides of the days on which that changed."""

from datetime import date
from decimal import Decimal

import pytest

from data_quality.codes import load_codes
from tests.unit.made_lake import shipped_policy
from tidewaiter.duty.by_regime import ByRegime
from tidewaiter.duty.method import DutyCase
from tidewaiter.regime.answer import find_duty_method

REGIMES = shipped_policy().regimes


@pytest.mark.parametrize(
    ("on", "origin", "entry_type", "method"),
    [
        (date(2025, 5, 1), "CN", "86", "exempt"),
        (date(2025, 5, 2), "CN", "86", "ad_valorem"),
        (date(2025, 8, 28), "VN", "86", "exempt"),
        (date(2025, 8, 29), "VN", "86", "ad_valorem"),
        (date(2026, 11, 20), "VN", "11", "ad_valorem"),
    ],
)
def test_the_exemption_ends_on_its_day(on: date, origin: str, entry_type: str, method: str) -> None:
    assert ByRegime(REGIMES).find_method(DutyCase(on, origin, "40", entry_type, Decimal(100))) == method


def test_a_manifest_without_an_entry_type_is_reckoned_as_a_formal_entry() -> None:
    case = DutyCase(date(2026, 11, 20), "VN", "10", None, Decimal(100))
    assert ByRegime(REGIMES).find_method(case) == "ad_valorem"


@pytest.mark.parametrize("on", [date(2025, 4, 30), date(2025, 9, 30), date(2026, 11, 20)])
def test_an_origin_answered_with_those_alike_has_the_answer_of_its_own(on: date) -> None:
    rules = ByRegime(REGIMES)
    for origin in sorted(load_codes()["country"]):
        for mode, entry_type in (("40", "86"), ("50", "13"), ("21", "11")):
            own = find_duty_method(REGIMES, on, origin, mode, entry_type, Decimal(100)).value
            assert rules.find_method(DutyCase(on, origin, mode, entry_type, Decimal(100))) == own


@pytest.mark.parametrize(("share", "usd"), [("0.10", 80), ("0.20", 160), ("0.30", 200)])
def test_a_postal_item_owes_the_amount_of_its_band(share: str, usd: int) -> None:
    case = DutyCase(date(2025, 10, 1), "VN", "50", "13", Decimal(100))
    assert ByRegime(REGIMES).find_item_duty(case, Decimal(share)) == usd
    assert ByRegime(REGIMES).find_item_duty(case, None) is None
