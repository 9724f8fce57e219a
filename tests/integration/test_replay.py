"""Held rows shown and corrected files replayed from the command line, through whole nights.

Belongs here: what `held` and `replay` do to a home and its landing folder.
Belongs elsewhere: judging and landing in detail (tests/unit/test_trial.py, test_correction.py).
"""

import csv
import json
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.support.entry import DAY, ENTRY, Row, entry, landing_file, write_csv
from tests.support.home import Said, copy_home, hash_files, make_settings, options, read, run_command
from tidewaiter.settings import Settings

FEED = "low_value_entry"
FOLDER = f"{FEED}/{DAY}"
GOOD = [entry(number, shipper_name=f"Maker {number % 5}") for number in range(30)]
BAD = [entry(40, mode_code="99"), entry(41, value_usd="-1")]
FIXED = [entry(40), entry(41, value_usd="1")]
SHARE = [entry(100 + number, **({"port_code": "x"} if number % 3 == 0 else {})) for number in range(30)]
SHARE_FIXED = [entry(100 + number) for number in range(30)]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A night with a file that has held rows and one that was refused for them; a test that changes it copies it."""
    folder = tmp_path_factory.mktemp("replay")
    settings = make_settings(folder, folder / "landing")
    write_csv(landing_file(settings.landing, FEED, "a.csv"), ENTRY, [*GOOD, *BAD])
    write_csv(landing_file(settings.landing, FEED, "b.csv"), ENTRY, SHARE)
    assert run_command("nightly", "--date", DAY.isoformat(), *options(settings)).code == 1
    return settings


@pytest.fixture
def settings(built: Settings, tmp_path: Path) -> Settings:
    """A copy of that home and its landing folder."""
    shutil.copytree(built.landing, tmp_path / "landing")
    return replace(copy_home(built, tmp_path), landing=tmp_path / "landing")


def corrected(folder: Path, name: str, rows: list[dict[str, str]] | list[Row]) -> Path:
    (folder / "mail").mkdir(exist_ok=True)
    return write_csv(folder / "mail" / name, ENTRY, rows)


def replay(settings: Settings, path: Path, *words: str) -> Said:
    return run_command("replay", path, *words, *options(settings))


def show_held(settings: Settings, *words: str | Path) -> Said:
    return run_command("held", "--date", DAY.isoformat(), *words, "--home", settings.home)


def list_statuses(settings: Settings) -> dict[str, str]:
    files = read(settings, "core.landed_file", DAY)
    return {file.removeprefix(f"{FOLDER}/"): status for file, status in files.select("file", "status").iter_rows()}


def test_a_corrected_refused_file_is_run_and_the_refused_one_is_set_aside(settings: Settings, tmp_path: Path) -> None:
    landed = hash_files(settings.landing)
    said = replay(settings, corrected(tmp_path, "b.csv", SHARE_FIXED))
    assert said.code == 0, said.err
    assert "By itself: 30 rows, 30 kept, 0 held." in said.out
    assert f"Landed as {FOLDER}/r2/b.csv" in said.out
    assert list_statuses(settings) == {
        "a.csv": "accepted", "b.csv": "superseded", "r2/b.csv": "accepted", "r2/b.csv.supersedes": "marker",
    }  # fmt: skip
    assert ["shipments", "of", "the", "date", "30", "60"] in [line.split() for line in said.out.splitlines()]
    assert read(settings, "core.shipment", DAY).height == 60
    after = hash_files(settings.landing)
    assert {name: after[name] for name in landed} == landed
    check_pure(settings, tmp_path)


def check_pure(settings: Settings, tmp_path: Path) -> None:
    """Run the night again, and in an empty home: both end with 0 and leave the same tables."""
    before = hash_files(settings.lake)
    assert run_command("nightly", "--date", DAY.isoformat(), *options(settings)).code == 0
    assert hash_files(settings.lake) == before
    fresh = make_settings(tmp_path / "fresh", settings.landing)
    assert run_command("nightly", "--date", DAY.isoformat(), *options(fresh)).code == 0
    assert hash_files(fresh.lake) == before


def test_a_whole_corrected_file_takes_the_place_of_one_with_held_rows(settings: Settings, tmp_path: Path) -> None:
    said = replay(settings, corrected(tmp_path, "a.csv", [*GOOD, *FIXED]))
    assert said.code == 1
    assert f"{FOLDER}/b.csv: 10 of 30 rows break their contract" in said.err
    assert list_statuses(settings)["a.csv"] == "superseded"
    assert read(settings, "held.low_value_entry", DAY).is_empty()
    assert read(settings, "core.shipment", DAY).height == 32


def test_only_the_corrected_rows_land_beside_the_file_they_correct(settings: Settings, tmp_path: Path) -> None:
    said = replay(settings, corrected(tmp_path, "fixed.csv", FIXED), "--corrects", "a.csv", "--as", "fixed.csv")
    assert f"Landed as {FOLDER}/fixed.csv" in said.out
    assert list_statuses(settings) == {"a.csv": "accepted", "b.csv": "refused", "fixed.csv": "accepted"}
    assert read(settings, "core.shipment", DAY).height == 32
    assert read(settings, "held.low_value_entry", DAY).height == 2


def test_a_dry_run_says_what_would_be_and_leaves_everything(built: Settings, tmp_path: Path) -> None:
    before = hash_files(built.landing), hash_files(built.lake)
    said = replay(built, corrected(tmp_path, "b.csv", SHARE_FIXED), "--dry-run")
    assert said.code == 0, said.err
    assert f"corrects {FOLDER}/b.csv (refused: 10 of 30 rows break their contract" in said.out
    assert f"It would land as {FOLDER}/r2/b.csv\nand set {FOLDER}/b.csv aside" in said.out
    assert (hash_files(built.landing), hash_files(built.lake)) == before


@pytest.mark.parametrize(
    ("name", "rows", "told", "fix"),
    [
        ("b.csv", SHARE, "10 of 30 rows break their contract", "land it again under a new name"),
        ("a.csv", [entry(0, value_usd="77"), *FIXED], "both would be held as conflicting_duplicate", "later filed_at"),
        ("a.csv", BAD, "none of its rows would be kept", "ask the sender"),
        ("z.csv", FIXED, "nothing says which feed and date z.csv is for", "give --feed and --date"),
    ],
)
def test_a_file_that_would_do_no_good_does_not_land(
    built: Settings, tmp_path: Path, name: str, rows: list[Row], told: str, fix: str
) -> None:
    before = hash_files(built.landing), hash_files(built.lake)
    said = replay(built, corrected(tmp_path, name, rows))
    assert said.code == 1
    assert told in said.err
    assert fix in said.err.partition("fix: ")[2]
    assert (hash_files(built.landing), hash_files(built.lake)) == before


def test_a_file_that_cannot_be_read_names_line_cause_and_fix(built: Settings, tmp_path: Path) -> None:
    path = corrected(tmp_path, "a.csv", FIXED)
    path.write_bytes(path.read_bytes().replace(b"ZZA00000041", b"ZZA0000\xff041"))
    before = hash_files(built.landing)
    said = replay(built, path)
    assert said.code == 1
    assert "error: a.csv would be refused: line 3: text is not UTF-8" in said.err
    assert "fix: send the file again as UTF-8 CSV" in said.err
    assert hash_files(built.landing) == before


def test_conflicts_land_when_they_are_asked_for(settings: Settings, tmp_path: Path) -> None:
    said = replay(settings, corrected(tmp_path, "a.csv", [entry(0, value_usd="77"), *FIXED]), "--allow-conflicts")
    assert f"Landed as {FOLDER}/r2/a.csv" in said.out
    held = read(settings, "held.low_value_entry", DAY)
    assert held.filter(pl.col("broken_rules").list.contains("conflicting_duplicate")).height == 2


def test_a_refused_file_of_a_past_date_is_replayed_on_that_date(settings: Settings, tmp_path: Path) -> None:
    past = DAY - timedelta(days=1)
    write_csv(landing_file(settings.landing, FEED, "late.csv", past), ENTRY, [entry(7), entry(8)])
    said = replay(settings, corrected(tmp_path, "b.csv", SHARE_FIXED))
    assert said.code == 0, said.err
    assert f"{past} history done" in said.err
    assert read(settings, "core.shipment", past).height == 2


def test_replay_names_its_wrong_uses(built: Settings, tmp_path: Path) -> None:
    path = corrected(tmp_path, "a.csv", FIXED)
    assert run_command("replay", tmp_path / "none.csv", *options(built)).code == 2
    assert replay(built, path, "--feed", "letters").code == 2
    assert replay(built, path, "--feed", FEED, "--date", "2999-01-01").code == 2


def test_held_shows_groups_rows_json_and_csv(built: Settings, tmp_path: Path) -> None:
    grouped = show_held(built)
    assert grouped.code == 0
    assert "32 rows came, 30 kept, 2 held (6.2%)" in grouped.out
    assert f"{FOLDER}/a.csv line 32" in show_held(built, "--table", FEED).out
    document = json.loads(show_held(built, "--json").out)
    assert document["feeds"][0]["held_n"] == 2
    assert show_held(built, "--csv", tmp_path / "held.csv").out.startswith("wrote 12 held rows to ")
    with (tmp_path / "held.csv").open(encoding="utf-8", newline="") as handle:
        assert [row["broken_rules"] for row in csv.DictReader(handle)][:2] == [
            "unknown_mode_code", "out_of_range_value_usd"
        ]  # fmt: skip


def test_held_names_its_wrong_uses(built: Settings) -> None:
    assert show_held(built, "--table", "letters").code == 2
    lost = run_command("held", "--date", "2026-11-01", "--home", built.home)
    assert (lost.code, "nothing has been read for 2026-11-01" in lost.err) == (1, True)


def test_a_queue_is_written_as_csv(built: Settings, tmp_path: Path) -> None:
    said = run_command("queue", "--date", DAY.isoformat(), "--csv", tmp_path / "queue.csv", "--home", built.home)
    assert said.out == f"wrote 30 queued shipments to {tmp_path / 'queue.csv'}\n"
    with (tmp_path / "queue.csv").open(encoding="utf-8", newline="") as handle:
        assert len(list(csv.DictReader(handle))) == 30
