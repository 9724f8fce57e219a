"""Duty by hand: each part, both sides of each day, what is unknown, what gives way, and what is at stake."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import pytest

from tests.support.duty import BOLT, CHIP, HAT, MILK, OTHER_SHIRT, SHIRT, WORDS, Desk, make_line, open_desk, order
from tidewaiter.duty.method import DutyCase, Method


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with open_desk() as found:
        yield found


@dataclass(frozen=True)
class FixedRules:
    """Every case has one method; small values may have another."""

    method: Method
    within: Method | None = None
    item: Decimal | None = None
    limits_usd: tuple[Decimal, ...] = (Decimal(800),)

    def find_method(self, case: DutyCase) -> Method:
        is_within = case.value_usd is not None and case.value_usd <= self.limits_usd[0]
        return self.within if self.within is not None and is_within else self.method

    def find_item_duty(self, case: DutyCase, rate_share: Decimal | None) -> Decimal | None:
        """Return the item's amount times the rate that was found for the origin, in percent, or the amount of CN."""
        if self.item is None or rate_share is None:
            return None
        return self.item if case.origin_country == "CN" else self.item * rate_share * 100


# 2024-06-01 has MFN, Section 301 and the 2018 Section 232 duties only.
@pytest.mark.parametrize(
    ("on", "hts10", "origin", "chain", "owed"),
    [
        ("2024-06-01", SHIRT, "VN", "16.5 % MFN = 16.5 % of USD 400 = USD 66", "66"),
        ("2024-06-01", "84713001", "CN", "0 % MFN + 25 % Section 301 list 1 = 25 % of USD 400 = USD 100", "100"),
        ("2024-06-01", "84821050", "CN", "9 % MFN + 25 % Section 301 list 3 = 34 % of USD 400 = USD 136", "136"),
        ("2024-06-01", "84821050", "HK", "9 % MFN = 9 % of USD 400 = USD 36", "36"),
        ("2018-07-05", "84713001", "CN", "0 % MFN = 0 % of USD 400 = USD 0", "0"),
        ("2018-07-06", "84713001", "CN", "0 % MFN + 25 % Section 301 list 1 = 25 % of USD 400 = USD 100", "100"),
        ("2018-08-22", "73089095", "CN", "0 % MFN = 0 % of USD 400 = USD 0", "0"),
        ("2018-08-23", "73089095", "CN", "0 % MFN + 25 % Section 301 list 2 = 25 % of USD 400 = USD 100", "100"),
        ("2019-05-09", "84821050", "CN", "9 % MFN + 10 % Section 301 list 3 = 19 % of USD 400 = USD 76", "76"),
        ("2019-05-10", "84821050", "CN", "9 % MFN + 25 % Section 301 list 3 = 34 % of USD 400 = USD 136", "136"),
        ("2020-02-13", SHIRT, "CN", "16.5 % MFN + 15 % Section 301 list 4A = 31.5 % of USD 400 = USD 126", "126"),
        ("2020-02-14", SHIRT, "CN", "16.5 % MFN + 7.5 % Section 301 list 4A = 24 % of USD 400 = USD 96", "96"),
        ("2024-12-31", CHIP, "CN", "0 % MFN = 0 % of USD 400 = USD 0", "0"),
        ("2025-01-01", CHIP, "CN", "0 % MFN + 50 % Section 301 review 50 % = 50 % of USD 400 = USD 200", "200"),
        ("2024-06-01", SHIRT, "RU", "90 % column 2 = 90 % of USD 400 = USD 360", "360"),
        ("2022-04-08", SHIRT, "RU", "16.5 % MFN = 16.5 % of USD 400 = USD 66", "66"),
        ("2022-04-09", SHIRT, "RU", "90 % column 2 = 90 % of USD 400 = USD 360", "360"),
        ("2018-03-22", "72081000", "CN", "0 % MFN = 0 % of USD 400 = USD 0", "0"),
        ("2018-03-23", "72081000", "CN", "0 % MFN + 25 % Section 232 steel = 25 % of USD 400 = USD 100", "100"),
        ("2025-03-12", "72081000", "DE", "0 % MFN + 25 % Section 232 steel = 25 % of USD 400 = USD 100", "100"),
        ("2025-06-03", "76042100", "IN", None, "106"),
        ("2025-06-04", "76042100", "IN", None, "206"),
        ("2025-06-04", "72081000", "GB", None, "100"),
        ("2026-04-06", "84821050", "VN", None, "136"),
        ("2026-02-23", SHIRT, "VN", None, "146"),
        ("2026-02-24", SHIRT, "VN", "16.5 % MFN + 10 % Section 122 = 26.5 % of USD 400 = USD 106", "106"),
        ("2026-07-23", SHIRT, "VN", "16.5 % MFN + 10 % Section 122 = 26.5 % of USD 400 = USD 106", "106"),
        ("2026-07-24", SHIRT, "VN", None, "116"),
        ("2026-07-21", SHIRT, "BR", None, "106"),
        ("2026-07-22", SHIRT, "BR", None, "206"),
        ("2026-03-01", CHIP, "VN", None, "0"),
        ("2025-02-03", SHIRT, "CN", None, "96"),
        ("2025-02-04", SHIRT, "CN", None, "136"),
        ("2025-03-04", SHIRT, "HK", None, "146"),
        ("2025-04-08", SHIRT, "CN", None, "216"),
        ("2025-04-09", SHIRT, "CN", None, "512"),
        ("2025-04-10", SHIRT, "CN", None, "676"),
        ("2025-05-13", SHIRT, "CN", None, "676"),
        ("2025-05-14", SHIRT, "CN", None, "216"),
        ("2025-11-09", SHIRT, "CN", None, "216"),
        ("2025-11-10", SHIRT, "CN", None, "176"),
        ("2025-04-04", SHIRT, "VN", None, "66"),
        ("2025-04-05", SHIRT, "VN", None, "106"),
        ("2025-08-06", SHIRT, "VN", None, "106"),
        ("2025-08-07", SHIRT, "VN", None, "146"),
        ("2026-02-23", OTHER_SHIRT, "CN", None, "208"),
        ("2026-02-24", OTHER_SHIRT, "CN", None, "168"),
        ("2026-02-23", "84821050", "DE", None, None),
    ],
)  # fmt: skip
def test_a_duty_follows_from_its_parts_on_its_day(
    desk: Desk, on: str, hts10: str, origin: str, chain: str | None, owed: str | None
) -> None:
    answer = desk.ask(on, hts10, origin)
    assert answer["duty_owed_usd"] == (None if owed is None else Decimal(owed)), answer["chain"]
    if chain is not None:
        assert answer["chain"] == chain


def test_a_floor_adds_what_the_general_rate_lacks_and_nothing_above_it(desk: Desk) -> None:
    assert desk.ask("2025-09-01", SHIRT, "DE")["duty_owed_usd"] == Decimal(66)
    bolt = desk.ask("2025-01-15", BOLT, "DE")["duty_owed_usd"], desk.ask("2026-08-01", BOLT, "DE")["duty_owed_usd"]
    assert bolt == (Decimal(34), Decimal(40)), "8.5 % in force, then at least 10 % in all"


def test_a_compound_rate_is_the_sum_of_its_parts(desk: Desk) -> None:
    milk = desk.ask("2024-06-01", MILK, "NZ", gross_weight_kg=10)
    assert (milk["ad_valorem_usd"], milk["specific_usd"]) == (Decimal("59.60"), Decimal("4.63"))
    assert milk["chain"].endswith("= 14.9 % of USD 400 + USD 0.463 x 10 KG = USD 64.23")
    hat = desk.ask("2024-06-01", HAT, "NZ", quantity=2, quantity_unit="DOZ", gross_weight_kg=3)
    assert hat["specific_usd"] == Decimal("0.86"), "24 pieces at 1.9 cents and 3 kg at 13.5 cents, to the cent"


@pytest.mark.parametrize(("quantity", "unit", "kg"), [(None, None, None), (5, "PCS", None), (None, "KG", None)])
def test_an_amount_for_each_unit_without_the_quantity_is_unknown(
    desk: Desk, quantity: int | None, unit: str | None, kg: float | None
) -> None:
    answer = desk.ask("2024-06-01", MILK, "NZ", quantity=quantity, quantity_unit=unit, gross_weight_kg=kg)
    assert (answer["duty_owed_usd"], answer["is_duty_known"]) == (None, False)
    assert answer["unknown_parts"] == "the quantity in KG is not declared"


def test_without_any_tariff_that_is_what_is_said_and_not_that_the_number_is_wrong() -> None:
    with open_desk({"reference.tariff_line": []}) as empty:
        for number in (SHIRT, "6109", "6109100012"):
            answer = empty.ask("2024-06-01", number, "CN")
            assert (answer["duty_owed_usd"], answer["unknown_parts"]) == (None, "no tariff has landed")


@pytest.mark.parametrize(
    ("on", "hts10", "origin", "value", "why"),
    [
        ("2024-06-01", None, "CN", 400, "the tariff number is not declared"),
        ("2024-06-01", SHIRT, None, 400, "the origin is not declared"),
        ("2024-06-01", SHIRT, "ZZ", 400, "the origin is not a known country"),
        ("2024-06-01", "61100000", "CN", 400, "the tariff number is not in the tariff"),
        ("2024-06-01", "6199", "CN", 400, "the tariff number is not in the tariff"),
        ("1999-12-31", SHIRT, "CN", 400, "the tariff number is not in the tariff"),
        ("2024-06-01", WORDS, "NZ", 400, "MFN: the tariff states the rate in words only"),
        ("2024-06-01", SHIRT, "NZ", None, "the value is not declared"),
        ("2025-09-01", "84821050", "NZ", 400, "metal content, which is not declared"),
        ("2026-05-01", "84821050", "GB", 400, "where the metal was melted or smelted"),
        ("2026-05-01", "73089095", "NZ", 400, "on some ten-digit numbers of the line only"),
        ("2026-08-01", CHIP, "VN", 400, "published as images and is no feed"),
        ("2026-08-19", SHIRT, "CA", 400, "its three lists of goods are no feed"),
        ("2026-08-01", MILK, "DE", 400, "cannot be compared with a general rate by quantity"),
    ],
)
def test_what_is_not_known_is_said_and_never_nought(
    desk: Desk, on: str, hts10: str | None, origin: str | None, value: float | None, why: str
) -> None:
    answer = desk.ask(on, hts10, origin, value)
    assert answer["duty_owed_usd"] is None
    assert answer["duty_at_stake_usd"] is None
    assert why in answer["unknown_parts"]
    assert "duty unknown" in answer["chain"]


def test_a_line_free_of_duty_owes_nothing_whatever_it_is_worth(desk: Desk) -> None:
    assert desk.ask("2024-06-01", CHIP, "NZ", None)["duty_owed_usd"] == 0


def test_a_short_number_is_known_when_all_its_lines_owe_the_same_and_else_gives_their_range(desk: Desk) -> None:
    assert desk.ask("2024-06-01", "610910", "CN")["duty_owed_usd"] == Decimal(96)
    wide = desk.ask("2024-06-01", "6109", "CN")
    assert wide["duty_owed_usd"] is None
    assert (wide["duty_rate_min"], wide["duty_rate_max"]) == (Decimal("0.24"), Decimal("0.32"))
    assert desk.ask("2024-06-01", "0402", "CN")["duty_rate_min"] is None, "a rate by quantity has no range"


def test_a_duty_under_section_232_lets_the_surcharge_and_the_reciprocal_duty_go(desk: Desk) -> None:
    steel = desk.ask("2025-06-10", "72081000", "JP")
    assert steel["chain"] == "0 % MFN + 50 % Section 232 steel = 50 % of USD 400 = USD 200"
    april = desk.ask("2026-05-01", "84821050", "VN")
    assert april["chain"] == "9 % MFN + 25 % Section 232 steel annex 1b = 34 % of USD 400 = USD 136"
    removed = desk.ask("2026-05-01", "84713001", "VN")
    assert "10 % Section 122" in removed["chain"], "goods removed from the duty owe the surcharge"
    china = desk.ask("2025-06-10", "72081000", "CN")
    assert china["duty_rate"] == Decimal("0.7"), "the opioid duty on China stays beside the metal duty"


def test_of_two_lists_of_one_action_the_higher_rate_counts(desk: Desk) -> None:
    answer = desk.ask("2024-06-01", "84821050", "CN")
    assert "list 4B" not in answer["chain"]
    assert answer["policy_ids"] == "s301_list_3"


def test_an_order_adds_its_rate_where_its_number_fits_and_is_unknown_where_only_its_words_do(desk: Desk) -> None:
    bolt = desk.ask("2024-06-01", BOLT, "CN")
    assert bolt["chain"] == "8.5 % MFN + 45.5 % anti-dumping A-570-999 = 54 % of USD 400 = USD 216"
    assert not desk.ask("2024-06-01", BOLT, "VN")["has_adcvd"]
    words = desk.ask("2024-06-01", SHIRT, "VN", description="memory FOAM mattress, queen")
    assert (words["duty_owed_usd"], words["has_adcvd"]) == (None, True)
    assert words["unknown_parts"] == "order C-552-998 may apply by its words"
    assert desk.ask("2024-06-01", SHIRT, "VN", description="foam pillow")["duty_owed_usd"] == Decimal(66)


def test_an_order_without_a_rate_is_unknown() -> None:
    with open_desk({"reference.adcvd_order": [order("A-570-999", "CN", None, "Steel Bolts", BOLT)]}) as desk:
        assert desk.ask("2024-06-01", BOLT, "CN")["duty_owed_usd"] is None


def test_a_list_that_has_not_landed_leaves_the_duty_unknown() -> None:
    with open_desk({"reference.tariff_action": []}) as desk:
        china, vietnam = desk.ask("2024-06-01", SHIRT, "CN"), desk.ask("2024-06-01", SHIRT, "VN")
        surcharge = desk.ask("2026-03-01", SHIRT, "VN")
    assert "its list has not landed" in china["unknown_parts"]
    assert vietnam["duty_owed_usd"] == Decimal(66), "no list is asked for goods of that origin and day"
    assert surcharge["duty_owed_usd"] is None


def test_the_chain_says_that_no_preference_is_claimed_where_one_exists(desk: Desk) -> None:
    assert desk.ask("2024-06-01", SHIRT, "CO")["chain"].endswith("= USD 66 (no preference claimed)")


def test_an_exempt_line_owes_nothing_and_forgoes_its_duty(desk: Desk) -> None:
    answer = desk.ask("2024-06-01", SHIRT, "CN", rules=FixedRules("exempt"))
    assert (answer["duty_owed_usd"], answer["duty_forgone_usd"]) == (Decimal(0), Decimal(96))
    assert answer["chain"].startswith("exempt, USD 0; else 16.5 % MFN")
    unknown = desk.ask("2024-06-01", WORDS, "CN", rules=FixedRules("exempt"))
    assert (unknown["duty_owed_usd"], unknown["is_duty_known"], unknown["duty_forgone_usd"]) == (Decimal(0), True, None)


def test_the_other_methods_of_finding_duty(desk: Desk) -> None:
    item = desk.ask("2025-09-01", SHIRT, "CN", rules=FixedRules("postal_item", item=Decimal(200)))
    assert (item["duty_owed_usd"], item["specific_usd"], item["ad_valorem_usd"]) == (Decimal(200), Decimal(200), 0)
    by_rate = desk.ask("2025-09-01", SHIRT, "VN", rules=FixedRules("postal_item", item=Decimal(4)))
    assert by_rate["duty_owed_usd"] == Decimal(80), "USD 4 for each of the 20 % that goods of Vietnam owed"
    for method in ("unknown", "ad_valorem_or_postal_item"):
        assert desk.ask("2025-09-01", SHIRT, "CN", rules=FixedRules(method))["duty_owed_usd"] is None
    assert desk.ask("2025-09-01", SHIRT, "CN", rules=FixedRules("postal_item"))["duty_owed_usd"] is None


def test_what_is_at_stake_is_the_worst_of_another_line_origin_and_value(desk: Desk) -> None:
    desk.set_price("610910", "VN", 25)
    answer = desk.ask("2024-06-01", SHIRT, "VN", 100, gross_weight_kg=20)
    assert (answer["duty_if_line_usd"], answer["duty_if_line_hts8"]) == (Decimal(32), OTHER_SHIRT)
    assert (answer["duty_if_origin_usd"], answer["duty_if_origin_country"]) == (Decimal(24), "CN")
    assert answer["duty_if_value_usd"] == Decimal("82.50"), "16.5 % of 20 kg at USD 25"
    assert answer["duty_at_stake_usd"] == Decimal("66.00")
    lowest = desk.ask("2024-06-01", OTHER_SHIRT, "CN")
    assert lowest["duty_at_stake_usd"] == 0, "nothing else would owe more"


def test_a_value_over_the_limit_would_end_the_exemption(desk: Desk) -> None:
    desk.set_price("610990", "VN", 100)
    rules = FixedRules("ad_valorem", within="exempt")
    answer = desk.ask("2024-06-01", OTHER_SHIRT, "VN", 100, gross_weight_kg=20, rules=rules)
    assert (answer["duty_owed_usd"], answer["duty_if_line_usd"]) == (Decimal(0), Decimal(0))
    assert answer["duty_if_value_usd"] == Decimal(640)
    assert answer["duty_at_stake_usd"] == Decimal(640)


def test_a_value_at_the_limit_is_within_it(desk: Desk) -> None:
    rules = FixedRules("ad_valorem", within="exempt")
    methods = [desk.ask("2024-06-01", SHIRT, "VN", usd, rules=rules)["duty_method"] for usd in (800, 800.01)]
    assert methods == ["exempt", "ad_valorem"]


def test_many_lines_at_once_owe_what_each_owes_alone(desk: Desk) -> None:
    lines = [
        make_line(hts10, origin, value, gross_weight_kg=2.5, description="steel bolts")
        for hts10 in (SHIRT, BOLT, MILK, HAT, CHIP, "6109", "610910", WORDS, None, "8482105000")
        for origin in ("CN", "VN", "DE", "RU", None)
        for value in (12.34, None)
    ]
    for on in ("2024-06-01", "2025-09-01", "2026-11-20"):
        together = desk.ask_all(on, lines)
        alone = [desk.ask_all(on, [each])[0] for each in lines[::7]]
        assert [{**row, "shipment_id": ""} for row in together[::7]] == [{**row, "shipment_id": ""} for row in alone]
