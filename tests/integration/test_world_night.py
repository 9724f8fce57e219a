"""A night over a simulated world: it runs from made files alone, and its release is the same whatever the truth says.

Belongs here: the world through the whole pipeline.
Belongs elsewhere: the world itself (tests/unit/test_world.py).
"""

import shutil
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from sample_data.world.make import LANDING, TRUTH, Request, make_world
from tests.support.home import hash_files, make_settings, run_job
from tidewaiter.settings import Settings

ON = date(2026, 3, 2)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("made") / "world"
    make_world(Request(out, seed=21, days=1, scale=0.00005, start=ON), lambda _: None)
    return out


def run_night(folder: Path, landing: Path) -> Settings:
    settings = make_settings(folder, landing)
    (result,) = run_job(settings, "nightly", ON)
    assert result.error is None, result.error
    return settings


def poison(truth: Path) -> None:
    """Every truth file says that everything is a violation, and one is not even Parquet."""
    for path in truth.rglob("*.parquet"):
        pl.read_parquet(path).with_columns(is_violation=True, finding_code=pl.lit("NARCOTICS")).write_parquet(path)
    (truth / "shipments.parquet").write_bytes(b"not a table")


def read_tables(settings: Settings) -> dict[str, str]:
    """The files of the lake by hash, without those that say when something was done."""
    return {name: digest for name, digest in hash_files(settings.lake).items() if "date=" in name}


def test_the_release_is_the_same_without_truth_and_with_a_false_one(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made, tmp_path / "bare", ignore=shutil.ignore_patterns(TRUTH))
    shutil.copytree(made, tmp_path / "false")
    poison(tmp_path / "false" / TRUTH)
    homes = [run_night(tmp_path / name, tmp_path / name / LANDING) for name in ("bare", "false")]
    assert read_tables(homes[0]) == read_tables(homes[1])
    counts = []
    for settings in homes:
        (path,) = (settings.releases / f"{ON}").glob("*.duckdb")
        with duckdb.connect(str(path), read_only=True) as con:
            rows = con.execute("select shipment_id, rank from mart.queue order by all").fetchall()
        counts.append(rows)
    assert counts[0] == counts[1]
    truth = pl.read_parquet(made / TRUTH / "*" / "*.parquet")
    assert {row[0] for row in counts[0]} <= set(truth["shipment_id"])
