"""A night over a partition that cannot be read: told what it is, and mended by the command that it names.

Belongs here: failing, mending, running again.
Belongs elsewhere: which partitions are damaged (tests/unit/test_damage.py), kills (test_interrupted.py).
"""

from datetime import timedelta
from pathlib import Path

import pytest

from sample_data.make import DEFAULT_LAST_DAY
from tests.support.entry import ENTRY, entry, landing_file, write_csv
from tests.support.home import Said, hash_files, make_settings, options, run_command
from tidewaiter.lake import Lake
from tidewaiter.settings import Settings

NIGHT = DEFAULT_LAST_DAY
BEFORE = NIGHT - timedelta(days=1)


@pytest.fixture
def built(tmp_path: Path) -> Settings:
    """A home with a night and the date before it, six entries each."""
    for number, day in enumerate((BEFORE, NIGHT)):
        rows = [entry(100 * number + each, filed_at=f"{day}T01:00:00Z") for each in range(6)]
        write_csv(landing_file(tmp_path / "landing", "low_value_entry", "a.csv", day), ENTRY, rows)
    settings = make_settings(tmp_path, tmp_path / "landing")
    for day in (BEFORE, NIGHT):
        said = run(settings, "nightly", "--date", day.isoformat())
        assert said.code == 0, said.err
    return settings


def run(settings: Settings, *words: str) -> Said:
    return run_command(*words, *options(settings))


def test_a_partition_cut_short_is_named_and_made_anew_by_the_command_that_is_told(built: Settings) -> None:
    sound = hash_files(built.lake)
    path = Lake(built.lake).path("party.link", BEFORE)
    path.write_bytes(path.read_bytes()[:200])
    failed = run(built, "nightly", "--date", NIGHT.isoformat())
    assert failed.code == 1
    assert f"damaged: party.link of {BEFORE} is no whole Parquet file" in failed.err
    fix = f"backfill --from {BEFORE} --to {BEFORE}"
    assert f"fix: tidewaiter {fix}, then run again" in failed.err
    assert run(built, *fix.split()).code == 0
    assert run(built, "nightly", "--date", NIGHT.isoformat()).code == 0
    assert hash_files(built.lake) == sound
