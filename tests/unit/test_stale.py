"""Stale dates: changed files, changed rules, and dates that looked back on what has been built again.

Belongs here: comparing a small lake's records with how things are now.
Belongs elsewhere: nights that make and clear stale dates (tests/integration/test_late_file.py).
"""

import json
import shutil
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.support.home import make_settings, options, run_command
from tests.unit.made_lake import shipped_policy, write_partition
from tidewaiter.ingest.built_from import BUILT_FROM, LOOKED_BACK, MADE, MADE_TABLES, RULE, list_rules, print_made
from tidewaiter.ingest.ledger import LEDGER
from tidewaiter.ingest.stale import StaleDate, find_stale, list_stale_dates, name_spans
from tidewaiter.lake import Lake
from tidewaiter.policy import load_policy
from tidewaiter.settings import SHIPPED_POLICY, Settings

POLICY = shipped_policy()
FIRST = date(2026, 11, 1)
DAYS_N = 4


def day(place: int) -> date:
    return FIRST + timedelta(days=place)


def file_of(on: date, name: str = "a.csv") -> str:
    return f"low_value_entry/{on}/{name}"


def made(on: date, version: str = "1") -> list[tuple[str, str]]:
    return [(table, f"{table} of {on}, {version}") for table in sorted(MADE_TABLES)]


def record(lake: Lake, on: date, looked_back: Mapping[date, str], version: str = "1", **rules: str) -> None:
    """Publish a date's ledger and build record, with what it made at that version."""
    rows = [(RULE, name, found) for name, found in {**list_rules(POLICY), **rules}.items()]
    rows += [(LOOKED_BACK, str(each), found) for each, found in looked_back.items()]
    rows += [(MADE, *pair) for pair in made(on, version)]
    write_partition(
        lake, BUILT_FROM, [{"part": part, "name": name, "fingerprint": found} for part, name, found in rows], on
    )
    landed = {"feed": "low_value_entry", "file": file_of(on), "size_bytes": 3, "status": "accepted"}
    write_partition(lake, LEDGER, [landed], on)
    write_partition(lake, "quality.measure", [], on)


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    """A home of four dates in which nothing is stale."""
    settings = make_settings(tmp_path, tmp_path / "landing")
    for place in range(DAYS_N):
        land(settings, day(place))
        record(Lake(settings.lake), day(place), {day(each): print_made(made(day(each))) for each in range(place)})
    return settings


def land(settings: Settings, on: date, name: str = "a.csv", content: str = "abc") -> None:
    path = settings.landing / file_of(on, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")


def find(settings: Settings) -> list[StaleDate]:
    return find_stale(Lake(settings.lake), settings.landing, POLICY)


def causes(settings: Settings) -> dict[date, list[tuple[str, str]]]:
    return {each.on: [(cause.kind, cause.found) for cause in each.causes] for each in find(settings)}


def test_a_home_as_it_was_built_has_no_stale_date(home: Settings) -> None:
    assert find(home) == []


def test_a_home_in_which_nothing_was_built_has_no_stale_date(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, tmp_path / "landing")
    land(settings, FIRST)
    assert find(settings) == []


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [("late.csv", "x", "late.csv is new"), ("a.csv", "longer", "a.csv has changed")],
)
def test_a_changed_file_makes_its_date_and_those_that_look_back_on_it_stale(
    home: Settings, name: str, content: str, found: str
) -> None:
    land(home, day(1), name, content)
    waiting = ("looks_back", f"looks back on {day(1)}, to be built again")
    assert causes(home) == {
        day(1): [("files", f"low_value_entry/{day(1)}/{found}")],
        day(2): [waiting],
        day(3): [waiting],
    }
    assert [each.on for each in find(home) if each.is_own] == [day(1)]
    assert list_stale_dates(Lake(home.lake), home.landing, day(3), 90) == [day(1)]


def test_a_file_that_is_gone_is_named(home: Settings) -> None:
    (home.landing / file_of(day(3))).unlink()
    assert causes(home) == {day(3): [("files", f"{file_of(day(3))} is gone")]}


def test_a_date_built_again_with_another_result_leaves_the_later_ones_stale(home: Settings) -> None:
    record(Lake(home.lake), day(1), {day(0): print_made(made(day(0)))}, version="2")
    rebuilt = ("looks_back", f"looks back on {day(1)}, built again since")
    assert causes(home) == {day(2): [rebuilt], day(3): [rebuilt]}
    assert list_stale_dates(Lake(home.lake), home.landing, day(3), 90) == []


def test_a_date_built_again_with_the_same_result_leaves_none_stale(home: Settings) -> None:
    record(Lake(home.lake), day(1), {day(0): print_made(made(day(0)))})
    assert find(home) == []


def test_a_date_that_landed_and_is_not_built_is_stale_with_those_after_it(home: Settings) -> None:
    land(home, day(-1))
    waiting = ("looks_back", f"looks back on {day(-1)}, to be built again")
    assert causes(home) == {
        day(-1): [("not_built", "landed and is not built")],
        **{day(place): [waiting] for place in range(DAYS_N)},
    }


def test_dates_beyond_the_look_back_and_to_come_are_left_alone(home: Settings) -> None:
    land(home, day(DAYS_N))
    land(home, day(3) - timedelta(days=POLICY.history.window_days + 1))
    assert find(home) == []


@pytest.mark.parametrize("rule", ["policy", "contracts", "program"])
def test_a_rule_that_has_changed_is_a_cause_and_makes_no_night_rebuild(home: Settings, rule: str) -> None:
    record(Lake(home.lake), day(0), {}, **{rule: "old"})
    now = list_rules(POLICY)[rule]
    assert causes(home) == {day(0): [(rule, f"built with {rule} old, now {now}")]}
    assert list_stale_dates(Lake(home.lake), home.landing, day(3), 90) == []


def test_the_rules_in_force_change_with_the_policy(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED_POLICY, tmp_path / "policy")
    assert list_rules(load_policy(tmp_path / "policy")) == list_rules(POLICY)
    history = tmp_path / "policy" / "history.yml"
    history.write_text(history.read_text(encoding="utf-8").replace("window_days: 90", "window_days: 80"))
    changed = list_rules(load_policy(tmp_path / "policy"))
    assert {name for name, version in changed.items() if version != list_rules(POLICY)[name]} == {"policy"}


def test_the_command_lists_causes_and_the_command_that_rebuilds(home: Settings) -> None:
    assert run_command("stale", *options(home)).out == "no date is stale\n"
    land(home, day(1), "late.csv")
    said = run_command("stale", *options(home))
    assert said.code == 0
    first, *_, last = said.out.splitlines()
    assert first == f"{day(1)}  low_value_entry/{day(1)}/late.csv is new"
    assert last.startswith(f"rebuild: tidewaiter backfill --from {day(1)} --to {day(3)} --home {home.home} --landing")


def test_the_command_says_the_same_in_json(home: Settings) -> None:
    assert json.loads(run_command("stale", "--json", *options(home)).out) == {"stale": [], "rebuild": None}
    land(home, day(3), "late.csv")
    said = json.loads(run_command("stale", "--json", *options(home)).out)
    found = f"low_value_entry/{day(3)}/late.csv is new"
    assert said["stale"] == [
        {"date": str(day(3)), "is_rebuilt_by_next_night": True, "causes": [{"kind": "files", "found": found}]}
    ]
    assert f"--from {day(3)} --to {day(3)}" in said["rebuild"]


def test_doctor_mentions_stale_dates(home: Settings) -> None:
    def said() -> str:
        return next(line for line in run_command("doctor", *options(home)).out.splitlines() if "stale dates" in line)

    assert "no date is stale" in said()
    land(home, day(2), "late.csv")
    assert f"2 dates are stale: {day(2)}, {day(3)}" in said()
    assert said().startswith("ok")


def test_neighbouring_dates_are_said_as_spans() -> None:
    assert name_spans([day(0), day(1), day(2), day(5), day(7), day(8)]) == (
        f"{day(0)} to {day(2)}, {day(5)}, {day(7)}, {day(8)}"
    )
