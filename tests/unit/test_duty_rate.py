"""Duty at a rate: the same cent whichever width of numbers it is found in."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

import duckdb
import pytest

from tidewaiter.duty.compute import SQL
from tidewaiter.engine.duckdb import read_sql

CENT = Decimal("0.01")


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("create table reference_tariff_line (hts8 varchar)")
        connection.execute(read_sql(SQL / "macro.sql"))
        yield connection


def take_rate(con: duckdb.DuckDBPyConnection, usd: str | None, rate: str | None) -> Decimal | None:
    (found,) = con.execute(
        "select take_rate($usd::decimal(18, 2), $rate::decimal(38, 6))", {"usd": usd, "rate": rate}
    ).fetchall()[0]
    return None if found is None else Decimal(found)


@pytest.mark.parametrize("usd", ["0", "0.01", "12.34", "-12.34", "999999999.99", "1000000000", "9000000000000.05"])
@pytest.mark.parametrize("rate", ["0", "0.000001", "0.165", "0.405063", "9.999999", "10", "123.456789"])
def test_a_duty_is_the_share_of_the_value_to_the_nearest_cent(
    con: duckdb.DuckDBPyConnection, usd: str, rate: str
) -> None:
    assert take_rate(con, usd, rate) == (Decimal(usd) * Decimal(rate)).quantize(CENT, ROUND_HALF_UP)


def test_half_a_cent_is_rounded_away_from_nought(con: duckdb.DuckDBPyConnection) -> None:
    assert [take_rate(con, usd, "0.5") for usd in ("0.01", "-0.01", "0.03")] == [CENT, -CENT, 2 * CENT]


@pytest.mark.parametrize(("usd", "rate"), [(None, "0.1"), ("10", None), (None, None)])
def test_what_is_not_known_stays_unknown(con: duckdb.DuckDBPyConnection, usd: str | None, rate: str | None) -> None:
    assert take_rate(con, usd, rate) is None
