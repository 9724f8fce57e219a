"""What the law asks for on both sides of every date at which it changes."""

from datetime import date
from decimal import Decimal

import pytest

from tidewaiter.errors import TidewaiterError
from tidewaiter.policy import load_policy
from tidewaiter.regime.answer import (
    find_duty_method,
    find_eligibility,
    find_item_duty,
    find_legal_types,
    find_required_data,
)
from tidewaiter.regime.scope import Case
from tidewaiter.regime.signal import judge_claim
from tidewaiter.settings import SHIPPED_POLICY

REGIMES = load_policy(SHIPPED_POLICY).regimes
AIR, MAIL, TRUCK = "40", "50", "30"


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("on", "origin", "mode", "value", "answer", "row"),
    [
        ("2016-03-09", "VN", AIR, 200, "yes", "low_value_limit_200"),
        ("2016-03-09", "VN", AIR, 201, "no", "low_value_limit_200"),
        ("2016-03-10", "VN", AIR, 201, "yes", "low_value_limit_800"),
        ("2016-03-10", "VN", AIR, 800, "yes", "low_value_limit_800"),
        ("2016-03-10", "VN", AIR, "800.01", "no", "low_value_limit_800"),
        ("2025-05-01", "CN", AIR, 20, "yes", "low_value_limit_800"),
        ("2025-05-02", "CN", AIR, 20, "no", "china_hong_kong_ineligible"),
        ("2025-05-01", "HK", MAIL, 20, "yes", "low_value_limit_800"),
        ("2025-05-02", "HK", MAIL, 20, "no", "china_hong_kong_ineligible"),
        ("2025-05-02", "VN", AIR, 20, "yes", "low_value_limit_800"),
        ("2025-08-28", "VN", AIR, 20, "yes", "low_value_limit_800"),
        ("2025-08-29", "VN", AIR, 20, "no", "all_origins_ineligible"),
        ("2025-08-29", "VN", MAIL, 20, "no", "all_origins_ineligible"),
        ("2026-02-23", "VN", AIR, 20, "no", "all_origins_ineligible"),
        ("2026-02-24", "VN", AIR, 20, "no", "suspension_continued"),
        ("2026-06-24", "VN", AIR, 20, "no", "suspension_codified_non_postal"),
        ("2026-06-24", "VN", MAIL, 20, "no", "suspension_codified_mail"),
        ("2027-06-30", "VN", AIR, 20, "no", "suspension_continued"),
        ("2027-07-01", "VN", AIR, 20, "no", "statutory_repeal"),
    ],
)
def test_the_exemption_is_open_or_closed_by_the_row_of_its_date(
    on: str, origin: str, mode: str, value: str | int, answer: str, row: str
) -> None:
    found = find_eligibility(REGIMES, day(on), origin, mode, Decimal(value))
    assert found.value == answer
    assert row in found.regime_ids
    assert all(each.sentence and each.source for each in found.rows)


@pytest.mark.parametrize(
    ("row", "before", "first"),
    [
        ("suspension_continued", "2026-02-23", "2026-02-24"),
        ("suspension_codified_non_postal", "2026-06-23", "2026-06-24"),
        ("suspension_codified_mail", "2026-06-23", "2026-06-24"),
        ("statutory_repeal", "2027-06-30", "2027-07-01"),
        ("section_321_data_pilot", "2019-07-22", "2019-07-23"),
        ("vague_description_messages", "2024-03-31", "2024-04-01"),
        ("vague_description_rejects", "2024-11-11", "2024-11-12"),
        ("low_value_penalty", "2025-08-02", "2025-08-03"),
        ("ieepa_duties_end", "2026-02-23", "2026-02-24"),
        ("section_122_surcharge", "2026-02-23", "2026-02-24"),
        ("new_section_301_338_duties", "2026-07-23", "2026-07-24"),
        ("enhanced_acas_soft", "2025-11-20", "2025-11-21"),
        ("enhanced_acas", "2026-11-20", "2026-11-21"),
    ],
)
def test_a_row_is_in_force_from_its_first_day_on(row: str, before: str, first: str) -> None:
    assert row not in {each.id for each in REGIMES.in_force(day(before))}
    assert row in {each.id for each in REGIMES.in_force(day(first))}


@pytest.mark.parametrize(
    ("row", "last", "after"),
    [
        ("section_122_surcharge", "2026-07-23", "2026-07-24"),
        ("postal_item_duty", "2026-02-28", "2026-03-01"),
        ("enhanced_acas_soft", "2026-11-20", "2026-11-21"),
        ("low_value_limit_800", "2027-06-30", "2027-07-01"),
    ],
)
def test_a_row_is_in_force_to_its_last_day_and_no_longer(row: str, last: str, after: str) -> None:
    assert row in {each.id for each in REGIMES.in_force(day(last))}
    assert row not in {each.id for each in REGIMES.in_force(day(after))}


@pytest.mark.parametrize(
    ("on", "origin", "mode", "value", "entry_type", "answer"),
    [
        ("2019-09-27", "VN", AIR, 20, "86", "no"),
        ("2019-09-28", "VN", AIR, 20, "86", "yes"),
        ("2019-09-28", "VN", MAIL, 20, "86", "unknown"),
        ("2019-09-28", "VN", AIR, 801, "86", "no"),
        ("2025-05-01", "CN", AIR, 20, "86", "yes"),
        ("2025-05-02", "CN", AIR, 20, "86", "no"),
        ("2025-05-02", "HK", AIR, 20, "321", "no"),
        ("2025-05-02", "VN", AIR, 20, "86", "yes"),
        ("2025-08-28", "VN", TRUCK, 20, "321", "yes"),
        ("2025-08-29", "VN", TRUCK, 20, "321", "no"),
        ("2025-08-28", "VN", AIR, 20, "86", "yes"),
        ("2025-08-29", "VN", AIR, 20, "86", "no"),
        ("2026-11-20", "VN", AIR, 2500, "11", "yes"),
        ("2026-11-20", "VN", AIR, 2501, "11", "no"),
        ("2026-11-20", "VN", AIR, 2501, "01", "yes"),
        ("2026-07-23", "VN", MAIL, 20, "11", "unknown"),
        ("2026-07-24", "VN", MAIL, 2500, "11", "yes"),
        ("2026-07-24", "VN", MAIL, 2501, "11", "no"),
        ("2026-07-24", "VN", MAIL, 2501, "01", "yes"),
        ("2026-07-23", "VN", MAIL, 20, "13", "unknown"),
        ("2026-07-24", "VN", MAIL, 20, "13", "yes"),
        ("2026-07-24", "VN", AIR, 20, "13", "no"),
    ],
)
def test_an_entry_type_may_be_used_or_not_by_date_origin_mode_and_value(
    on: str, origin: str, mode: str, value: int, entry_type: str, answer: str
) -> None:
    assert find_legal_types(REGIMES, day(on), origin, mode, value)[entry_type].value == answer


@pytest.mark.parametrize(
    ("on", "origin", "mode", "entry_type", "value", "method"),
    [
        ("2016-03-09", "VN", AIR, "321", 201, "ad_valorem"),
        ("2016-03-10", "VN", AIR, "321", 201, "exempt"),
        ("2025-05-01", "CN", AIR, "86", 20, "exempt"),
        ("2025-05-02", "CN", AIR, "86", 20, "ad_valorem"),
        ("2025-05-01", "CN", MAIL, "321", 20, "exempt"),
        ("2025-05-02", "CN", MAIL, "321", 20, "unknown"),
        ("2025-08-28", "VN", AIR, "86", 20, "exempt"),
        ("2025-08-29", "VN", AIR, "86", 20, "ad_valorem"),
        ("2025-08-28", "VN", MAIL, "321", 20, "exempt"),
        ("2025-08-29", "VN", MAIL, "321", 20, "ad_valorem_or_postal_item"),
        ("2025-08-29", "CN", MAIL, "11", 20, "ad_valorem_or_postal_item"),
        ("2026-02-28", "CN", MAIL, "11", 20, "ad_valorem_or_postal_item"),
        ("2026-02-28", "CN", MAIL, "11", 801, "unknown"),
        ("2026-03-01", "CN", MAIL, "11", 20, "unknown"),
        ("2026-03-01", "CN", MAIL, "01", 20, "ad_valorem"),
        ("2026-07-23", "CN", MAIL, "13", 20, "unknown"),
        ("2026-07-24", "CN", MAIL, "13", 20, "ad_valorem"),
        ("2026-11-20", "CN", AIR, "11", 20, "ad_valorem"),
        ("2024-01-15", "CN", AIR, "01", 20, "ad_valorem"),
    ],
)
def test_duty_is_reckoned_as_the_date_says(
    on: str, origin: str, mode: str, entry_type: str, value: int, method: str
) -> None:
    assert find_duty_method(REGIMES, day(on), origin, mode, entry_type, value).value == method


@pytest.mark.parametrize(
    ("rate", "usd"), [(0.0, 80), (0.159, 80), (0.16, 160), (0.25, 160), (0.2501, 200), (1.45, 200)]
)
def test_an_item_of_mail_owes_by_the_rate_of_its_origin(rate: float, usd: int) -> None:
    assert find_item_duty(REGIMES, day("2025-08-29"), "CN", MAIL, "11", rate).value == usd
    assert find_item_duty(REGIMES, day("2025-08-28"), "CN", MAIL, "11", rate).value is None
    assert find_item_duty(REGIMES, day("2026-03-01"), "CN", MAIL, "11", rate).value is None


@pytest.mark.parametrize(
    ("on", "mode", "entry_type", "element", "is_soft"),
    [
        ("2019-09-27", AIR, "86", "hts10", None),
        ("2019-09-28", AIR, "86", "hts10", False),
        ("2024-01-01", AIR, "321", "hts10", None),
        ("2024-01-01", AIR, "11", "hts10", False),
        ("2025-08-28", MAIL, "11", "origin", None),
        ("2025-08-29", MAIL, "11", "origin", False),
        ("2026-03-01", MAIL, "11", "origin", None),
        ("2025-11-20", AIR, "11", "packing_country", None),
        ("2025-11-21", AIR, "11", "packing_country", True),
        ("2025-11-21", TRUCK, "11", "packing_country", None),
        ("2026-11-20", AIR, None, "packing_country", True),
        ("2026-11-21", AIR, None, "packing_country", False),
        ("2026-07-23", MAIL, "13", "hts10", None),
        ("2026-07-24", MAIL, "13", "hts10", False),
    ],
)
def test_data_is_required_from_its_day_on(
    on: str, mode: str, entry_type: str | None, element: str, is_soft: bool | None
) -> None:
    found = {each.element: each.is_soft for each in find_required_data(REGIMES, day(on), "VN", mode, entry_type).value}
    assert found.get(element) is is_soft


def test_an_unknown_answer_says_which_rows_were_looked_at() -> None:
    found = find_duty_method(REGIMES, day("2026-04-01"), "CN", MAIL, "11", 20)
    assert (found.value, found.rows) == ("unknown", ())
    assert [row.id for row in found.consulted] == ["postal_item_duty", "postal_informal_entry"]
    assert found.why == "no row of the table answers this on the date"


def test_what_is_not_given_makes_an_answer_unknown_only_where_it_matters() -> None:
    assert find_eligibility(REGIMES, day("2025-05-01"), None, None).value == "yes"
    between = find_eligibility(REGIMES, day("2025-05-02"), None, AIR)
    assert (between.value, between.why) == ("unknown", "the answer depends on origin")
    assert find_eligibility(REGIMES, day("2025-08-29"), None, None).value == "no"
    assert find_duty_method(REGIMES, day("2026-04-01"), "CN", MAIL, None).value == "unknown"


def test_before_the_first_row_everything_is_unknown() -> None:
    assert find_eligibility(REGIMES, day("1993-12-07"), "VN", AIR, 5).value == "unknown"
    assert {each.value for each in find_legal_types(REGIMES, day("1993-12-07"), "VN", AIR).values()} == {"unknown"}


def test_what_stands_names_what_it_overrides() -> None:
    found = find_duty_method(REGIMES, day("2025-09-01"), "CN", AIR, "86", 20)
    assert found.regime_ids == ("china_hong_kong_ineligible", "all_origins_ineligible")
    assert [row.id for row in found.set_aside] == ["low_value_limit_800"]
    assert found.since == day("2025-05-02")


@pytest.mark.parametrize(("origin", "mode", "value"), [("XX", AIR, 1), ("CN", "99", 1), ("CN", AIR, -1)])
def test_what_is_no_code_is_refused(origin: str, mode: str, value: int) -> None:
    with pytest.raises(TidewaiterError):
        find_eligibility(REGIMES, day("2025-01-01"), origin, mode, value)


@pytest.mark.parametrize(
    ("on", "origin", "mode", "entry_type", "value", "codes"),
    [
        ("2025-04-30", "CN", AIR, "86", 20, []),
        ("2025-05-02", "CN", AIR, "86", 20, ["EXEMPTION_BARRED_ORIGIN", "ENTRY_TYPE_NOT_LEGAL"]),
        ("2025-05-02", "CN", AIR, "86", 900, ["EXEMPTION_BARRED_ORIGIN", "ENTRY_TYPE_NOT_LEGAL"]),
        ("2025-05-02", "VN", AIR, "86", 900, ["VALUE_OVER_EXEMPTION"]),
        ("2025-08-29", "VN", AIR, "321", 20, ["EXEMPTION_BARRED", "ENTRY_TYPE_NOT_LEGAL"]),
        ("2026-11-20", "VN", AIR, "11", 2501, ["VALUE_OVER_INFORMAL"]),
        ("2026-11-20", "VN", AIR, "13", 20, ["ENTRY_TYPE_NOT_LEGAL"]),
        ("2026-04-01", "VN", MAIL, "13", 20, []),
        ("2026-11-20", "VN", AIR, None, 9000, []),
    ],
)
def test_a_claim_has_the_signals_of_what_its_date_forbids(
    on: str, origin: str, mode: str, entry_type: str | None, value: int, codes: list[str]
) -> None:
    found = judge_claim(REGIMES, Case(day(on), origin, mode, entry_type, Decimal(value)))
    assert [signal.code for signal in found] == codes
