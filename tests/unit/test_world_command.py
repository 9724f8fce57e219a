"""`tidewaiter world make` writes whole folders, keeps truth apart, and refuses what is not its own.

Belongs here: the command and its folder.
Belongs elsewhere: the world (test_world.py).
"""

import hashlib
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from sample_data.world.make import LANDING, MARKER, TRUTH, Request, make_world
from tests.support.home import run_command
from tidewaiter.ingest.registry import FEEDS


def hash_files(folder: Path) -> dict[str, str]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def ask(out: Path, days: int = 4) -> Request:
    return Request(out, seed=9, days=days, scale=0.0001, start=date(2026, 3, 2), exam_share=0.2)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("made") / "world"
    make_world(ask(out), lambda _: None)
    return out


def test_two_makes_are_equal_byte_for_byte(made: Path, tmp_path: Path) -> None:
    make_world(ask(tmp_path / "again"), lambda _: None)
    assert hash_files(tmp_path / "again") == hash_files(made)


def test_every_feed_lands_and_truth_is_apart(made: Path) -> None:
    landed = {path.relative_to(made / LANDING).as_posix() for path in (made / LANDING).glob("*/*")}
    landed |= {path.relative_to(made / LANDING).as_posix() for path in (made / LANDING).glob("*/*/*")}
    for feed in FEEDS:
        assert any(place.startswith(f"{feed.folder}/2026-03-0") for place in landed), feed.folder
    assert not [path for path in (made / LANDING).rglob("*") if "truth" in path.name]
    truth = pl.read_parquet(made / TRUTH / "2026-03-05" / "*.parquet")
    assert truth["shipment_id"].is_unique().all()


def test_findings_of_random_exams_land(made: Path) -> None:
    files = list((made / LANDING / "exam_finding").rglob("*.csv"))
    findings = pl.concat(pl.read_csv(path, infer_schema=False) for path in files)
    assert set(findings["selected_by"]) == {"random"}
    assert findings["finding_id"].is_unique().all()


def test_a_world_that_is_there_is_left_as_it_is(made: Path) -> None:
    before = (made / MARKER).stat().st_mtime_ns
    assert make_world(ask(made), lambda _: None).was_there
    assert (made / MARKER).stat().st_mtime_ns == before


def test_a_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    said = run_command("world", "make", "--out", tmp_path / "mine", "--days", "1")
    assert said.code == 2
    assert "no world wrote it" in said.err
    assert [path.name for path in tmp_path.rglob("*")] == ["mine", "letter.txt"]


def test_the_command_says_what_it_made(tmp_path: Path) -> None:
    words = ("--days", "1", "--scale", "0.0001", "--seed", "3", "--start", "2026-03-02")
    said = run_command("world", "make", "--out", tmp_path / "world", *words)
    assert said.code == 0, said.err
    assert "rows a second" in said.out
    assert "raw.low_value_entry" in said.out
    assert "2026-03-02: day 1 of 1" in said.err
    again = run_command("world", "make", "--out", tmp_path / "world", *words)
    assert "nothing to do" in again.out


def test_a_scale_without_a_meaning_is_wrong_use(tmp_path: Path) -> None:
    said = run_command("world", "make", "--out", tmp_path / "world", "--days", "1", "--scale", "3")
    assert said.code == 2
    assert "at most 1" in said.err
    assert not list(tmp_path.iterdir())
