"""Views over partitions that an open database keeps show what the files show.

Belongs here: keeping, choosing dates, a partition that is published again.
Belongs elsewhere: what nights look back on.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from data_quality.contract import load_contract
from tests.unit.made_lake import write_partition
from tidewaiter.engine.duckdb import open_connection, open_session, scan_dated, scan_parquet
from tidewaiter.engine.past import KeptPast, use_past
from tidewaiter.lake import Lake
from tidewaiter.policy import load_policy
from tidewaiter.settings import SHIPPED_POLICY

TABLE = "party.price_day"
DAYS = [date(2026, 3, day) for day in (1, 2, 4)]


def write(lake: Lake, on: date, shipments_n: int) -> None:
    row = {"hs6": "610910", "origin_country": "VN", "price_band": on.day, "shipments_n": shipments_n}
    write_partition(lake, TABLE, [row], on)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = Lake(tmp_path / "lake")
    for on in DAYS:
        write(lake, on, on.day)
    return lake


@pytest.fixture
def base(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_connection(load_policy(SHIPPED_POLICY).engine, tmp_path) as con:
        yield con


def read(base: duckdb.DuckDBPyConnection, past: KeptPast | None, paths: list[Path]) -> list[object]:
    contract = load_contract(TABLE)
    with open_session(base) as con, use_past(past):
        scan_dated(con, "dated", paths, contract)
        scan_parquet(con, "plain", paths, contract)
        return [con.table(name).order("price_band").fetchall() for name in ("dated", "plain")] + [
            con.table(name).columns for name in ("dated", "plain")
        ]


@pytest.mark.parametrize("chosen", [DAYS, DAYS[:2], DAYS[::2], DAYS[:1], []])
def test_what_is_kept_shows_the_rows_of_the_files(
    chosen: list[date], lake: Lake, base: duckdb.DuckDBPyConnection
) -> None:
    past = KeptPast(base)
    paths = lake.among(TABLE, chosen)
    read(base, past, lake.among(TABLE, DAYS))
    assert read(base, past, paths) == read(base, None, paths)


def test_a_partition_that_is_published_again_is_read_again(lake: Lake, base: duckdb.DuckDBPyConnection) -> None:
    past, paths = KeptPast(base), lake.among(TABLE, DAYS)
    before = read(base, past, paths)
    write(lake, DAYS[1], 77)
    assert read(base, past, paths) == read(base, None, paths) != before


def test_outside_of_it_views_are_over_files(lake: Lake, base: duckdb.DuckDBPyConnection) -> None:
    past = KeptPast(base)
    with use_past(past):
        pass
    read(base, None, lake.among(TABLE, DAYS))
    assert not past.files
