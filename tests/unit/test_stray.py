"""Files that lie where no night looks are named, and only those."""

import os
from datetime import date
from pathlib import Path

import pytest

from assets.landing import MOST_STRAYS, judge_strays
from pipelines.resources import Work
from tests.support.home import run_command
from tests.support.work import Bench, open_bench
from tidewaiter.ingest.registry import FEEDS
from tidewaiter.ingest.stray import list_strays
from tidewaiter.settings import SHIPPED_POLICY, Settings


def put(landing: Path, *names: str) -> None:
    for name in names:
        (landing / name).parent.mkdir(parents=True, exist_ok=True)
        (landing / name).write_text("x")


def test_files_where_nights_look_are_not_astray(tmp_path: Path) -> None:
    put(
        tmp_path,
        "low_value_entry/2026-11-20/a.csv",
        "tariff/hts/2026-11-20/deep/er/a.csv",
        "place/schedule_d/2020-02-29/x",
    )
    put(tmp_path, "README.md", ".stamp", "low_value_entry/.part", "low_value_entry/.upload/a.csv", ".trash/a.csv")
    (tmp_path / "ocean_bills" / "2026-11-20").mkdir(parents=True)
    (tmp_path / "low_value_entry" / "old").mkdir()
    assert list_strays(tmp_path, FEEDS) == []
    assert list_strays(tmp_path / "absent", FEEDS) == []


def test_a_stray_whose_name_is_not_utf_8_can_be_printed(tmp_path: Path) -> None:
    put(tmp_path, os.fsdecode(b"entr\xe9es/2026-11-20/a.csv"))
    (stray,) = list_strays(tmp_path, FEEDS)
    assert stray.name == "entr\\xe9es/"


OUTSIDE, NO_FEED, NO_DATE = (
    "a file outside of the dated folder of a feed",
    "no feed has this folder",
    "named after no date",
)
NEAREST = f"{NO_FEED}; the nearest is "


@pytest.mark.parametrize(
    ("name", "told", "why"),
    [
        ("watchlist/a.csv", "watchlist/a.csv", OUTSIDE),
        ("low_value_entry/a.csv", "low_value_entry/a.csv", "a file outside of a dated folder: which night is it for?"),
        ("low_value_entries/2026-11-20/a.csv", "low_value_entries/", f"{NEAREST}low_value_entry"),
        ("watchlist/uflpa_list/2026-11-20/a.csv", "watchlist/uflpa_list/", f"{NEAREST}watchlist/uflpa"),
        ("uflpa/2026-11-20/a.csv", "uflpa/", f"{NEAREST}watchlist/uflpa"),
        ("2026-11-20/low_value_entry/a.csv", "2026-11-20/", NO_FEED),
        ("watchlist/2026-11-20/a.csv", "watchlist/2026-11-20/", NO_FEED),
        ("exam_finding/20261120/a.csv", "exam_finding/20261120/", f"the folder is {NO_DATE}, such as 2026-11-20"),
        ("exam_finding/2026-02-30/a.csv", "exam_finding/2026-02-30/", f"the folder is {NO_DATE}, such as 2026-11-20"),
    ],
)
def test_what_no_night_reads_is_named_with_the_reason(tmp_path: Path, name: str, told: str, why: str) -> None:
    put(tmp_path, "low_value_entry/2026-11-20/good.csv", name)
    [stray] = list_strays(tmp_path, FEEDS)
    assert (stray.name, stray.why) == (told, why)


def test_a_file_in_place_of_a_feeds_folder_is_named(tmp_path: Path) -> None:
    put(tmp_path, "exam_finding")
    assert [stray.name for stray in list_strays(tmp_path, FEEDS)] == ["exam_finding"]


@pytest.fixture
def bench(tmp_path: Path) -> "Bench":
    with open_bench(tmp_path) as opened:
        opened.landing.mkdir()
        return opened


def judge(bench: Bench) -> tuple[bool | None, dict[str, str]]:
    settings = Settings(bench.lake.root.parent, bench.landing, SHIPPED_POLICY)
    check = judge_strays(Work(settings, bench.policy, bench.lake, date(2026, 11, 20), bench.con, bench.scratch))
    return check.passed, {name: str(value.value) for name, value in check.metadata.items()}


def test_the_check_names_them_up_to_a_limit(bench: Bench) -> None:
    assert judge(bench) == (True, {})
    put(bench.landing, "watchlist/stray.csv")
    assert judge(bench) == (False, {"watchlist/stray.csv": OUTSIDE})
    put(bench.landing, *(f"watchlist/s{number:03d}.csv" for number in range(MOST_STRAYS + 6)))
    passed, found = judge(bench)
    assert not passed
    assert (len(found), found["more"]) == (MOST_STRAYS + 1, "7 others")


def test_the_doctor_warns_of_them_and_fails_no_more_than_before(tmp_path: Path) -> None:
    put(tmp_path / "landing", "low_value_entry/2026-11-20/a.csv", "exam_findings/2026-11-20/a.csv")
    said = run_command("doctor", "--home", tmp_path / "home", "--landing", tmp_path / "landing")
    assert said.code == 0
    [line] = [line for line in said.out.splitlines() if "landing names" in line]
    assert line.startswith("warn")
    assert "exam_findings/: no feed has this folder; the nearest is exam_finding" in line
