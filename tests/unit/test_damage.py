"""Partitions that cannot be read: which they are, why, and what mends them.

Belongs here: finding them, the text of a failure.
Belongs elsewhere: nights that fail (tests/integration/test_withstand.py).
"""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from data_quality.contract import load_contract
from tidewaiter.damage import explain_failure, find_damage
from tidewaiter.lake import Lake

TABLE, OTHER = "party.link", "party.party"
DAYS = (date(2026, 11, 17), date(2026, 11, 18))
SHORT = "step resolved_parties: Binder Error: Table has no column"
SAID = "step resolved_parties: _duckdb.BinderException: Binder Error: no such column"


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Two dates of two tables with every column of their contracts."""
    lake = Lake(tmp_path / "lake")
    for table in (TABLE, OTHER):
        for day in DAYS:
            lake.path(table, day).parent.mkdir(parents=True)
            pl.DataFrame({name: ["a"] for name in load_contract(table).column_names}).write_parquet(
                lake.path(table, day)
            )
    return lake


def test_a_sound_lake_has_no_damage(lake: Lake) -> None:
    assert find_damage(lake) == []
    assert explain_failure(SAID, lake) == SAID


def test_a_file_that_is_cut_short_is_named(lake: Lake) -> None:
    path = lake.path(TABLE, DAYS[0])
    path.write_bytes(path.read_bytes()[:100])
    assert [(each.table, each.on) for each in find_damage(lake)] == [(TABLE, DAYS[0])]
    assert explain_failure(SAID, lake) == (
        f"{SAID}\n  damaged: {TABLE} of {DAYS[0]} is no whole Parquet file ({path})"
        f"\n  fix: tidewaiter backfill --from {DAYS[0]} --to {DAYS[0]}, then run again"
    )


def test_a_table_of_another_version_is_named_with_the_columns_that_it_lacks(lake: Lake) -> None:
    for table in (TABLE, OTHER):
        for day in DAYS:
            pl.read_parquet(lake.path(table, day)).drop("party_id").write_parquet(lake.path(table, day))
    told = explain_failure(SHORT, lake)
    assert f"{TABLE} of {DAYS[0]} lacks party_id: another version made it" in told
    assert "; and 1 more\n" in told
    assert f"--from {DAYS[0]} --to {DAYS[1]}" in told


def test_an_error_of_ours_is_left_as_it_is(lake: Lake) -> None:
    lake.path(TABLE, DAYS[0]).write_bytes(b"")
    said = "step list_hits: list ofac_sdn shrank by 40 %. Fix: land it again"
    assert explain_failure(said, lake) == said
