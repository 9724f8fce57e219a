"""Whatever is declared, a part that applies and is not known leaves the duty unknown, never nought."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.duty import LINES, Desk, make_line, open_desk

CODES = [*(row["hts8"] for row in LINES), "6109", "610910", "8482", "99999999", None]
ORIGINS = ["CN", "HK", "VN", "DE", "GB", "RU", "BR", "CA", "KR", "ZZ", None]
LINE = st.builds(
    make_line,
    st.sampled_from(CODES),
    st.sampled_from(ORIGINS),
    st.one_of(st.none(), st.integers(0, 100_000).map(lambda cents: cents / 100)),
    quantity=st.one_of(st.none(), st.integers(1, 50)),
    quantity_unit=st.sampled_from([None, "NO", "DOZ", "KG", "PRS", "furlong"]),
    gross_weight_kg=st.one_of(st.none(), st.integers(1, 50)),
    description=st.sampled_from([None, "foam mattress", "steel bolts", "shirt"]),
)
DAY = st.dates(date(2018, 1, 1), date(2026, 12, 31))


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with open_desk() as found:
        yield found


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(day=DAY, lines=st.lists(LINE, min_size=1, max_size=12))
def test_an_unknown_part_gives_an_unknown_total(desk: Desk, day: date, lines: list[object]) -> None:
    for row in desk.ask_all(day.isoformat(), lines):  # type: ignore[arg-type]
        assert row["is_duty_known"] == (row["duty_owed_usd"] is not None) == (row["unknown_parts"] is None)
        assert ("unknown" in row["chain"]) == (not row["is_duty_known"]), row["chain"]
        if row["is_duty_known"]:
            assert row["duty_owed_usd"] == row["ad_valorem_usd"] + row["specific_usd"] >= 0
        else:
            assert row["duty_at_stake_usd"] is None
        if row["duty_at_stake_usd"] is not None:
            others = [row[f"duty_if_{each}_usd"] for each in ("line", "origin", "value")]
            most = max(each for each in others if each is not None)
            assert row["duty_at_stake_usd"] == max(most - row["duty_owed_usd"], Decimal(0))
