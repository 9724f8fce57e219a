"""Publishing releases: one appears whole, and a published one is never touched.

Belongs here: revisions, what changed, `latest`, builds that end early, readers of an older file.
Belongs elsewhere: what is in a release (test_release.py).
"""

import os
import shutil
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from tests.unit.made_lake import ON, ask, build, core_row, make_lake, shipped_policy, sums_hold, write_partition
from tidewaiter.errors import TidewaiterError
from tidewaiter.lake import Lake, hash_file
from tidewaiter.policy import Policy
from tidewaiter.settings import PROJECT

FIRST = f"tidewaiter_{ON}.duckdb"
SECOND = f"tidewaiter_{ON}_r2.duckdb"


@pytest.fixture(scope="module")
def policy() -> Policy:
    return shipped_policy()


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory, policy: Policy) -> Path:
    """A home with a lake and its first release, which tests only read."""
    home = tmp_path_factory.mktemp("night")
    make_lake(home / "lake", policy)
    build(home, policy)
    return home


@pytest.fixture
def home(night: Path, tmp_path: Path) -> Path:
    """A home of the test's own with a lake and its first release."""
    return Path(shutil.copytree(night, tmp_path / "home", symlinks=True))


@pytest.fixture
def bare_home(night: Path, tmp_path: Path) -> Path:
    """A home of the test's own with a lake and no release."""
    shutil.copytree(night / "lake", tmp_path / "bare" / "lake")
    return tmp_path / "bare"


def add_shipment(home: Path, policy: Policy) -> None:
    """Run the night again with one shipment more."""
    make_lake(home / "lake", policy, shipments_n=9)


def test_building_the_same_night_again_writes_nothing(home: Path, policy: Policy) -> None:
    folder = home / "releases" / ON.isoformat()
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    again = build(home, policy)
    assert (again.is_new, again.path) == (False, folder / FIRST)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_another_outcome_stands_beside_the_first_and_says_what_changed(home: Path, policy: Policy) -> None:
    folder = home / "releases" / ON.isoformat()
    digest = hash_file(folder / FIRST)
    add_shipment(home, policy)
    landed = [{"feed": "low_value_entry", "file": "late.csv", "sha256": "c" * 64, "status": "accepted"}]
    write_partition(Lake(home / "lake"), "core.landed_file", landed)
    second = build(home, policy)
    assert (second.path.name, second.is_new, hash_file(folder / FIRST)) == (SECOND, True, digest)
    changes = (home / "releases" / "latest" / "CHANGES.md").read_text(encoding="utf-8").splitlines()
    assert changes[2] == f"- `{FIRST}`: first release."
    counted = "mart.shipment 1 added; mart.landed_file 1 added, 2 removed; mart.line_duty 1 added"
    assert f"{counted}. Why: landed file late.csv is new" in changes[3]
    assert sums_hold(folder / "SHA256SUMS")
    assert sums_hold(folder / "SHA256SUMS_r2")
    assert SECOND in (folder / "README.md").read_text(encoding="utf-8")


def test_a_changed_row_is_counted_as_changed(home: Path, policy: Policy) -> None:
    rows = [{**core_row(number), "value_usd": 641 if number == 3 else 640} for number in range(1, 9)]
    write_partition(Lake(home / "lake"), "core.shipment", rows)
    change = build(home, policy).manifest.change
    assert change is not None
    counted = [(each.name, each.added_n, each.removed_n, each.changed_n) for each in change.tables]
    assert counted == [("mart.shipment", 0, 0, 1)]


def test_going_back_to_earlier_content_is_a_release_of_its_own(home: Path, policy: Policy) -> None:
    add_shipment(home, policy)
    build(home, policy)
    make_lake(home / "lake", policy)
    third = build(home, policy)
    assert (third.manifest.revision, third.is_new) == (3, True)


def test_an_older_date_does_not_move_latest_back(home: Path, policy: Policy) -> None:
    latest = home / "releases" / "latest"
    for days, expected in ((-1, ON), (1, ON + timedelta(days=1))):
        on = ON + timedelta(days=days)
        make_lake(home / "lake", policy, on)
        build(home, policy, on)
        assert latest.readlink() == Path(expected.isoformat())


def test_a_lost_manifest_is_named(home: Path, policy: Policy) -> None:
    (home / "releases" / ON.isoformat() / "manifest.json").unlink()
    with pytest.raises(TidewaiterError, match=r"has no manifest\.json"):
        build(home, policy)


# Runs a build that is killed when its release is finished and about to be moved into place.
KILLED_BUILD = """
import os, signal, sys
from pathlib import Path
from tests.unit.made_lake import ON, shipped_policy
from tidewaiter.lake import Lake
from tidewaiter.release.build import build_release

home = Path(sys.argv[1])
Path.replace = lambda path, target: os.kill(os.getpid(), signal.SIGKILL)
build_release(Lake(home / "lake"), shipped_policy(), home / "releases", ON)
"""


def test_a_killed_first_build_leaves_nothing_and_can_be_run_again(bare_home: Path, policy: Policy) -> None:
    arguments = [sys.executable, "-c", KILLED_BUILD, str(bare_home)]
    ended = subprocess.run(arguments, cwd=PROJECT, check=False, env={**os.environ, "PYTHONPATH": str(PROJECT)})
    assert ended.returncode == -signal.SIGKILL
    assert sorted(path.name for path in (bare_home / "releases").iterdir()) == [".staging"]
    assert build(bare_home, policy).is_new
    assert sums_hold(bare_home / "releases" / "latest" / "SHA256SUMS")
    assert list((bare_home / "releases" / ".staging").iterdir()) == []


class StoppedError(Exception):
    """The build ended here."""


def build_stopped(home: Path, policy: Policy, moves: int) -> None:
    """Start a build that ends just before the nth file or folder of its release is moved into place."""
    move, left = Path.replace, [moves]

    def move_in_time(path: Path, target: Path) -> Path:
        left[0] -= 1
        if not left[0]:
            raise StoppedError
        return move(path, target)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "replace", move_in_time)
        with pytest.raises(StoppedError):
            build(home, policy)


@pytest.mark.parametrize("moves", [1, 2, 3, 4])
def test_a_second_build_stopped_before_its_file_appears_leaves_the_first(
    home: Path, policy: Policy, moves: int
) -> None:
    folder = home / "releases" / ON.isoformat()
    add_shipment(home, policy)
    build_stopped(home, policy, moves)
    assert [path.name for path in folder.glob("*.duckdb")] == [FIRST]
    assert sums_hold(folder / "SHA256SUMS")
    again = build(home, policy)
    assert (again.path.name, again.is_new) == (SECOND, True)
    assert sums_hold(folder / "SHA256SUMS_r2")


@pytest.mark.parametrize("moves", [5, 6])
def test_a_second_build_stopped_after_its_file_appears_is_completed(home: Path, policy: Policy, moves: int) -> None:
    add_shipment(home, policy)
    build_stopped(home, policy, moves)
    again = build(home, policy)
    assert (again.path.name, again.is_new) == (SECOND, False)
    for guide in ("README.md", "CHANGES.md"):
        assert SECOND in (again.path.parent / guide).read_text(encoding="utf-8")


# Opens a release, says so, and counts again when told to.
READER = """
import sys, duckdb
with duckdb.connect(sys.argv[1], read_only=True) as con:
    print(con.sql("select count(*) from mart.shipment").fetchall()[0][0], flush=True)
    sys.stdin.readline()
    print(con.sql("select count(*) from mart.shipment").fetchall()[0][0], flush=True)
"""


def test_a_reader_in_another_process_is_undisturbed_by_a_new_release(home: Path, policy: Policy) -> None:
    arguments = [sys.executable, "-c", READER, str(home / "releases" / ON.isoformat() / FIRST)]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None
        assert reader.stdout.readline() == "8\n"
        add_shipment(home, policy)
        second = build(home, policy)
        assert ask(second.path, "select count(*) from mart.shipment") == [(9,)]
        reader.stdin.write("\n")
        reader.stdin.flush()
        assert reader.stdout.readline() == "8\n"
