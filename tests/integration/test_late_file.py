"""Three nights with amendments and cancellations across dates, and a file that lands late for the first of them.

Belongs here: what versions across dates do to whole nights; which dates a late file leaves stale, and what clears them.
Belongs elsewhere: the rules of versions (tests/unit/test_version.py), of stale dates (tests/unit/test_stale.py).
"""

import json
import shutil
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import duckdb
import polars as pl
import pytest

from tests.support.entry import DAY, ENTRY, entry, landing_file, write_csv
from tests.support.home import Said, copy_home, hash_files, make_settings, options, read, run_command
from tidewaiter.ingest.version import COUNTED
from tidewaiter.settings import Settings

DAYS = [DAY - timedelta(days=2), DAY - timedelta(days=1), DAY]
ENTRIES_N = 12


def file_entry(place: int, number: int, status: str = "new", **changes: str) -> dict[str, str]:
    filed_at, arrives_at = f"{DAYS[place]}T05:{number % 60:02d}:00Z", f"{DAYS[place]}T20:00:00Z"
    return entry(number, filed_at=filed_at, estimated_arrival_at=arrives_at, record_status=status, **changes)


def list_filings() -> dict[int, list[dict[str, str]]]:
    """Return new entries of each date, and of the later dates what amends and cancels entries before them."""
    filings = {place: [file_entry(place, 100 * place + each) for each in range(ENTRIES_N)] for place in range(3)}
    filings[1] += [file_entry(1, 1, "amended", value_usd="99"), file_entry(1, 2, "cancelled")]
    filings[2] += [file_entry(2, 1, "amended", value_usd="77"), file_entry(2, 101, "cancelled")]
    return filings


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home in which the three nights have been run by one command."""
    folder = tmp_path_factory.mktemp("versions")
    settings = make_settings(folder, folder / "landing")
    for place, rows in list_filings().items():
        write_csv(landing_file(settings.landing, "low_value_entry", "entries.csv", DAYS[place]), ENTRY, rows)
    said = backfill(settings)
    assert said.code == 0, said.err
    assert "stale" not in said.err
    return settings


def backfill(settings: Settings) -> Said:
    return run_command("backfill", "--from", str(DAYS[0]), "--to", str(DAYS[2]), *options(settings))


def ask(settings: Settings, on: date, query: str, revision: str = "") -> list[tuple[Any, ...]]:
    with duckdb.connect(settings.releases / f"{on}" / f"tidewaiter_{on}{revision}.duckdb", read_only=True) as con:
        return con.execute(query).fetchall()


def name(number: int) -> str:
    return f"entry:ZZA{number:08d}"


def test_an_amended_shipment_is_scored_again_and_a_cancelled_one_is_gone(nights: Settings) -> None:
    for place, day in enumerate(DAYS):
        scored = set(read(nights, "score.shipment", day)["shipment_id"])
        new = {name(100 * place + each) for each in range(ENTRIES_N)}
        assert scored == new | ({name(1)} if place else set())
    amended = read(nights, "core.shipment", DAYS[2]).filter(pl.col("shipment_id") == name(1))
    assert amended.select("value_usd", *COUNTED).rows() == [(77, 3, DAYS[0], DAYS[1])]


def test_over_all_dates_each_shipment_counts_once(nights: Settings) -> None:
    sums = pl.concat([read(nights, "party.entity_day", day) for day in DAYS]).filter(pl.col("entity_kind") == "filer")
    by_date = dict(sums.group_by("counted_on").agg(pl.col("shipments_n").sum()).iter_rows())
    assert by_date == {DAYS[0]: ENTRIES_N - 2, DAYS[1]: ENTRIES_N - 1, DAYS[2]: ENTRIES_N + 1}
    assert by_date[DAYS[0]] + by_date[DAYS[1]] + by_date[DAYS[2]] == 3 * ENTRIES_N - 2


def test_the_released_ledger_says_when_a_file_landed_and_which_dates_it_touched(nights: Settings) -> None:
    query = "select is_late, touched_dates, landed_at is not null, rows_n, kept_n, held_n from mart.landed_file"
    rows_n = ENTRIES_N + 2
    found = ask(nights, DAYS[2], f"{query} where feed = 'low_value_entry'")
    assert [row[1:] for row in found] == [(str(DAYS[1]), True, rows_n, rows_n, 0)]


@pytest.fixture(scope="module")
def late(nights: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A copy of the home for whose first date another file has landed."""
    folder = tmp_path_factory.mktemp("late")
    shutil.copytree(nights.landing, folder / "landing")
    settings = replace(copy_home(nights, folder), landing=folder / "landing")
    rows = [file_entry(0, 50 + each) for each in range(5)]
    write_csv(landing_file(settings.landing, "low_value_entry", "late.csv", DAYS[0]), ENTRY, rows)
    return settings


def list_stale(settings: Settings) -> dict[date, list[str]]:
    said = json.loads(run_command("stale", "--json", *options(settings)).out)
    return {date.fromisoformat(each["date"]): [cause["found"] for cause in each["causes"]] for each in said["stale"]}


def test_a_late_file_is_listed_built_again_and_cleared(nights: Settings, late: Settings) -> None:
    """One story: the list, a night that rebuilds the file's own date, a backfill that rebuilds the others."""
    assert list_stale(nights) == {}
    waiting, rebuilt = (f"looks back on {DAYS[0]}, {what}" for what in ("to be built again", "built again since"))
    changed = f"low_value_entry/{DAYS[0]}/late.csv is new"
    assert list_stale(late) == {DAYS[0]: [changed], DAYS[1]: [waiting], DAYS[2]: [waiting]}

    released = hash_files(late.releases)
    said = run_command("nightly", "--date", str(DAYS[2]), *options(late))
    assert said.code == 0, said.err
    assert f"1 date is stale: {DAYS[1]}; `tidewaiter stale` says why" in said.err
    assert list_stale(late) == {DAYS[1]: [rebuilt]}
    assert keeps(late, released)

    assert backfill(late).code == 0
    assert list_stale(late) == {}
    assert keeps(late, released)
    shipments = "select count(*) from mart.shipment"
    assert ask(late, DAYS[0], shipments) == [(ENTRIES_N,)]
    assert ask(late, DAYS[0], shipments, "_r2") == [(ENTRIES_N + 5,)]


def keeps(settings: Settings, released: dict[str, str]) -> bool:
    """Return whether every file of the releases is as it was, but for the guides that name all revisions."""
    now = hash_files(settings.releases)
    dated = {file: sha for file, sha in released.items() if not file.endswith(("README.md", "CHANGES.md"))}
    return len(dated) > 20 and all(now[file] == sha for file, sha in dated.items())
