"""Several nights: however they are run the lake has the same bytes, and no later date moves an earlier one.

Belongs here: backfills by the command and by Dagster, late files and findings.
Belongs elsewhere: one night (test_night.py), past dates in two processes (test_history.py).
"""

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import pytest

from pipelines.home import open_instance
from pipelines.night import open_runner
from tests.support.entry import DAY, ENTRY, FINDING, GOOD_FINDING, entry, landing_file, write_csv
from tests.support.home import copy_home, hash_files, make_settings, options, read, run_command, run_job
from tidewaiter.settings import PROJECT, Settings

DAYS = [DAY - timedelta(days=2), DAY - timedelta(days=1), DAY]
ENTRIES_N = 24


def number(day: date, place: int) -> int:
    return 1_000 * DAYS.index(day) + place


def finding(day: date, place: int, known_on: date, code: str) -> dict[str, str]:
    """Return a finding about an entry of a date."""
    return {
        **GOOD_FINDING,
        "finding_id": f"F{number(day, place)}",
        "shipment_ref": f"ZZA{number(day, place):08d}",
        "examined_at": f"{known_on}T03:00:00Z",
        "known_at": f"{known_on}T04:00:00Z",
        "finding_code": code,
    }


def entries(day: date) -> list[dict[str, str]]:
    """Return entries of a few makers that recur, in an order of their own each date."""
    return [
        entry(
            number(day, place),
            filed_at=f"{day}T01:{place:02d}:00Z",
            estimated_arrival_at=f"{day}T20:00:00Z",
            shipper_name=f"Maker {place % 5}",
            seller_id=f"S{place % 3}",
            value_usd=f"{10 + place}.50",
        )
        for place in range(ENTRIES_N)
    ]


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three dates of entries; findings about the first land on the second and the third."""
    folder = tmp_path_factory.mktemp("landed")
    for day in DAYS:
        write_csv(landing_file(folder, "low_value_entry", "entries.csv", day), ENTRY, entries(day))
    for place, day in enumerate(DAYS[1:]):
        rows = [finding(DAYS[0], place, day - timedelta(days=1), "UNDERVALUED")]
        write_csv(landing_file(folder, "exam_finding", "findings.csv", day), FINDING, rows)
    return folder


@pytest.fixture(scope="module")
def singles(landed: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home in which each night was run by a command of its own, in order."""
    settings = make_settings(tmp_path_factory.mktemp("singles"), landed)
    for day in DAYS:
        said = run_command("nightly", "--date", day.isoformat(), *options(settings))
        assert said.code == 0, said.err
    return settings


def of_date(settings: Settings, day: date, *layers: str) -> dict[str, str]:
    """Return the bytes of a date's partitions, of all tables or of those whose path begins with one of the layers."""
    files = hash_files(settings.lake)
    return {name: sha for name, sha in files.items() if f"date={day}" in name and name.startswith(layers or "")}


def test_a_backfill_by_the_command_gives_the_bytes_of_single_nights(singles: Settings, tmp_path: Path) -> None:
    settings = make_settings(tmp_path, singles.landing)
    said = run_command("backfill", "--from", DAYS[0].isoformat(), "--to", DAYS[-1].isoformat(), *options(settings))
    assert said.code == 0, said.err
    assert [line.partition(":")[0] for line in said.out.splitlines() if line[0].isdigit()] == [
        day.isoformat() for day in DAYS
    ]
    assert hash_files(settings.lake) == hash_files(singles.lake)
    assert {path.name for path in settings.releases.iterdir()} == {path.name for path in singles.releases.iterdir()}


def test_a_backfill_by_dagster_gives_the_bytes_of_single_nights_and_runs_no_other_date(
    singles: Settings, tmp_path: Path
) -> None:
    settings, days = make_settings(tmp_path, singles.landing), [day.isoformat() for day in DAYS[:2]]
    ended = subprocess.run(
        [sys.executable, "-m", "tests.support.backfill", *days],
        cwd=PROJECT, env={**os.environ, **settings.to_environment()}, capture_output=True, text=True, timeout=300,
        check=False,
    )  # fmt: skip
    assert ended.stdout.split()[-1:] == ["COMPLETED_SUCCESS"], ended.stderr[-2000:]
    with open_instance(settings) as instance:
        runs = instance.get_runs()
    assert {(run.tags["dagster/partition"], run.status) for run in runs} == {
        (day, dg.DagsterRunStatus.SUCCESS) for day in days
    }
    assert hash_files(settings.lake) == {**of_date(singles, DAYS[0]), **of_date(singles, DAYS[1])}


@pytest.fixture(scope="module")
def planted(singles: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The same home after its last date landed again with late findings and records of the past, and was rebuilt.

    The date before it was rebuilt after it, so that the lake held the future while the past was computed.
    """
    folder = tmp_path_factory.mktemp("planted")
    landing = folder / "landing"
    shutil.copytree(singles.landing, landing)
    settings = replace(copy_home(singles, folder), landing=landing)
    late = [finding(DAYS[0], place, DAYS[0], "NARCOTICS") for place in range(5, 10)]
    write_csv(landing_file(landing, "exam_finding", "late.csv", DAYS[2]), FINDING, late)
    old = [entry(number(DAYS[2], 900 + each), filed_at=f"{DAYS[0]}T00:00:01Z", value_usd="0.01") for each in range(9)]
    write_csv(landing_file(landing, "low_value_entry", "late.csv", DAYS[2]), ENTRY, old)
    results = run_job(settings, "history", DAYS[2], DAYS[1])
    assert [each.error for each in results] == [None, None]
    return settings


def test_what_a_later_date_brings_moves_nothing_of_an_earlier_one(singles: Settings, planted: Settings) -> None:
    for day in DAYS[:2]:
        found = of_date(planted, day)
        assert len(found) > 30
        # What evaluated a rule is a result too, and on a rebuild that is something else than on a night.
        verdicts = set(of_date(planted, day, "quality/result", "quality/step_result"))
        before = of_date(singles, day)
        assert {name: sha for name, sha in found.items() if name not in verdicts} == {
            name: sha for name, sha in before.items() if name not in verdicts
        }


def test_what_a_later_date_brings_does_move_its_own_features(singles: Settings, planted: Settings) -> None:
    changed = ("feature/entity/", "feature/shipment/", "outcome/entity_outcome", "core/shipment/")
    found, before = of_date(planted, DAYS[2], *changed), of_date(singles, DAYS[2], *changed)
    assert len(found) == len(changed)
    assert all(found[name] != before[name] for name in before)


def test_a_late_finding_becomes_a_label_of_the_date_it_landed_on(planted: Settings) -> None:
    labels = read(planted, "outcome.label", DAYS[2])
    assert set(labels["shipment_on"]) == {DAYS[0]}
    assert labels.filter(family="contraband")["y"].sum() == 5


def test_a_file_that_lands_late_for_a_built_date_is_seen_by_the_next_command(singles: Settings, tmp_path: Path) -> None:
    landing = tmp_path / "landing"
    shutil.copytree(singles.landing, landing)
    settings = replace(copy_home(singles, tmp_path), landing=landing)
    with open_runner(settings, lambda _: None) as runner:
        assert runner.stale_dates(DAYS[2]) == []
        write_csv(landing_file(landing, "low_value_entry", "late.csv", DAYS[1]), ENTRY, [entry(7_000)])
        assert runner.stale_dates(DAYS[2]) == [DAYS[1]]
