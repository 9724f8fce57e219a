"""The published DuckDB file: what is in it, and that a published one is never touched.

Belongs here: building, comparing and publishing releases over a made-up lake.
Belongs elsewhere: contracts themselves (tests/contract), the release asset (tests/integration).
"""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from data_quality.contract import load_contract, load_contracts
from tests.unit.made_lake import ON, core_row, make_lake, shipped_policy, write_partition
from tidewaiter.errors import ContractError, PartitionMissingError, QualityError, TidewaiterError
from tidewaiter.lake import Lake
from tidewaiter.policy import Policy, load_policy
from tidewaiter.release import table
from tidewaiter.release.build import ReleaseResult, build_release
from tidewaiter.release.manifest import read_manifest
from tidewaiter.release.meta import TABLES
from tidewaiter.release.table import fill_table
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
def file(night: Path) -> Path:
    """The published file of that home."""
    return night / "releases" / ON.isoformat() / FIRST


@pytest.fixture
def home(night: Path, tmp_path: Path) -> Path:
    """A home of the test's own with a lake and its first release."""
    return Path(shutil.copytree(night, tmp_path / "home", symlinks=True))


@pytest.fixture
def bare_home(night: Path, tmp_path: Path) -> Path:
    """A home of the test's own with a lake and no release."""
    shutil.copytree(night / "lake", tmp_path / "bare" / "lake")
    return tmp_path / "bare"


def build(home: Path, policy: Policy, on: date = ON) -> ReleaseResult:
    return build_release(Lake(home / "lake"), policy, home / "releases", on)


def ask(file: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(file), read_only=True) as con:
        return con.sql(query).fetchall()


def add_shipment(home: Path, policy: Policy) -> None:
    """Run the night again with one shipment more."""
    make_lake(home / "lake", policy, shipments_n=9)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def sums_hold(sums: Path) -> bool:
    lines = [line.split("  ") for line in sums.read_text(encoding="utf-8").splitlines()]
    return len(lines) > len(TABLES) and all(sha256(sums.parent / name) == digest for digest, name in lines)


def test_every_column_has_the_type_that_its_contract_promises(file: Path) -> None:
    query = "select concat_ws('.', schema_name, table_name), column_name, lower(data_type) from duckdb_columns()"
    present = ask(file, f"{query} where not internal order by table_oid, column_index")
    promised = [(name, each.name, each.sql_type.lower()) for name in TABLES for each in load_contract(name).columns]
    assert sorted(present) == sorted(promised)


def test_every_table_and_column_is_described(file: Path) -> None:
    tables = ask(file, "select comment from duckdb_tables()")
    columns = ask(file, "select comment from duckdb_columns() where not internal")
    assert all(comment for (comment,) in tables + columns)
    described = ask(file, "select count(*) from _meta.column where definition <> ''")
    assert (len(tables), described) == (len(TABLES), [(len(columns),)])


def test_a_column_without_a_comment_stops_the_build(
    bare_home: Path, policy: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "describe_column", lambda column: "" if column.name == "rank" else column.description)
    with pytest.raises(ContractError, match=r"mart\.queue\.rank"):
        build(bare_home, policy)
    assert not (bare_home / "releases" / ON.isoformat()).exists()


def test_no_personal_column_and_no_goods_text_is_published(file: Path) -> None:
    personal = {name for contract in load_contracts().values() for name in contract.personal_names}
    marts = {each.name for name in TABLES if name.startswith("mart.") for each in load_contract(name).columns}
    assert not marts & {*personal, "description"}
    assert b"Mabel" not in file.read_bytes()


def test_a_contract_with_personal_data_is_refused() -> None:
    with duckdb.connect() as con, pytest.raises(ContractError, match="personal"):
        fill_table(con, load_contract("core.shipment_party"), "nothing")


def test_rows_stand_in_the_order_of_their_key(file: Path) -> None:
    for name in TABLES:
        keys = ", ".join(load_contract(name).key)
        query = f"select {keys} from {name} order by"
        assert ask(file, f"{query} rowid") == ask(file, f"{query} {keys}")


def test_the_queue_states_its_first_three_facts_in_words(file: Path) -> None:
    text = ask(file, "select reasons_text from mart.queue where rank = 1 and port_code = '4701'")[0][0]
    assert text.startswith("declared value per kg against its tariff line and origin: 0.13 times; the shipper")
    assert text.count("; ") == 2


def test_a_port_without_a_known_name_keeps_its_row(file: Path) -> None:
    names = ask(file, "select distinct port_code, port_name from mart.shipment order by all")
    assert names == [("4701", "John F. Kennedy Airport, NY"), ("9999", None)]
    known = ask(file, "select port_code, is_default from ref.port where port_code in ('4701', '9999') order by 1")
    assert known == [("4701", False), ("9999", True)]


def test_every_code_of_a_reference_table_explains_a_column(file: Path) -> None:
    orphans = """
        select origin_country from mart.shipment anti join ref.country on country_code = origin_country
        union all select mode_code from mart.shipment anti join ref.mode using (mode_code)
        union all select entry_type from mart.shipment anti join ref.entry_type using (entry_type)
        union all select stream from mart.shipment anti join ref.stream using (stream)
        union all select selector from mart.queue anti join ref.selector using (selector)
        union all select port_code from mart.shipment anti join ref.port using (port_code)
        union all select family from ref.finding anti join ref.family using (family) where family is not null
    """
    assert ask(file, orphans) == []


def test_each_query_of_the_readme_runs(file: Path) -> None:
    guide = (file.parent / "README.md").read_text(encoding="utf-8")
    queries = re.findall(r"```sql\n(.*?)```", guide, re.DOTALL)
    answers = [ask(file, query) for query in queries]
    assert [len(rows) for rows in answers] == [3, 1, len(load_contract("mart.queue").columns)]
    assert answers[1][0][:4] == ("CN", "China", 8, 3)


def test_the_file_is_read_only_opens_in_older_versions_and_matches_its_sum(file: Path) -> None:
    assert file.stat().st_mode & 0o777 == 0o444
    tags = ask(file, "select tags['storage_version'] from duckdb_databases() where not internal")
    assert tags == [("v1.4.0+",)]
    assert read_manifest(file.parent / "manifest.json").file_sha256 == sha256(file)
    assert sums_hold(file.parent / "SHA256SUMS")


def test_two_homes_publish_the_same_content(file: Path, bare_home: Path, policy: Policy) -> None:
    other = build(bare_home, policy).path
    copies = [sorted((each.parent / "parquet").glob("*")) for each in (file, other)]
    assert [sha256(path) for path in copies[0]] == [sha256(path) for path in copies[1]]
    texts = [(each.parent / "manifest.json").read_text(encoding="utf-8") for each in (file, other)]
    without_file = [re.sub(r'"file_sha256": "\w+"', "", text) for text in texts]
    assert without_file[0] == without_file[1]
    assert str(bare_home) not in texts[1]


def test_the_manifest_names_what_went_in(file: Path, policy: Policy) -> None:
    origin = read_manifest(file.parent / "manifest.json").origin
    assert [each.file for each in origin.inputs] == [f"low_value_entry/{ON}/{name}.csv" for name in "ab"]
    assert (origin.run_id, origin.model_versions, origin.policy_version) == ("night-1", ("m1",), policy.version)


def test_building_the_same_night_again_writes_nothing(home: Path, policy: Policy) -> None:
    folder = home / "releases" / ON.isoformat()
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    again = build(home, policy)
    assert (again.is_new, again.path) == (False, folder / FIRST)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_another_outcome_stands_beside_the_first_and_says_what_changed(home: Path, policy: Policy) -> None:
    folder = home / "releases" / ON.isoformat()
    digest = sha256(folder / FIRST)
    add_shipment(home, policy)
    landed = [{"feed": "low_value_entry", "file": "late.csv", "sha256": "c" * 64, "status": "accepted"}]
    write_partition(Lake(home / "lake"), "core.landed_file", landed)
    second = build(home, policy)
    assert (second.path.name, second.is_new, sha256(folder / FIRST)) == (SECOND, True, digest)
    changes = (home / "releases" / "latest" / "CHANGES.md").read_text(encoding="utf-8").splitlines()
    assert changes[2] == f"- `{FIRST}`: first release."
    assert "mart.shipment 1 added; mart.landed_file 1 added, 2 removed. Why: landed file late.csv is new" in changes[3]
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


def test_a_missing_table_stops_the_build_before_anything_is_written(bare_home: Path, policy: Policy) -> None:
    Lake(bare_home / "lake").path("queue.summary", ON).unlink()
    with pytest.raises(PartitionMissingError, match=r"queue\.summary has no partition"):
        build(bare_home, policy)
    assert [path.name for path in (bare_home / "releases").iterdir()] == [".staging"]


def test_a_night_of_another_policy_is_refused(bare_home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "policy"
    folder.mkdir()
    shipped = (PROJECT / "policy" / "costs.yml").read_text(encoding="utf-8")
    (folder / "costs.yml").write_text(shipped.replace("50000", "60000"), encoding="utf-8")
    with pytest.raises(TidewaiterError, match="ran under policy"):
        build(bare_home, load_policy(folder))


def test_a_scored_shipment_that_core_lacks_stops_the_build(bare_home: Path, policy: Policy) -> None:
    write_partition(Lake(bare_home / "lake"), "core.shipment", [core_row(number) for number in range(1, 8)])
    with pytest.raises(QualityError, match=r"mart\.shipment has 7 rows for 8 of score\.shipment"):
        build(bare_home, policy)


def test_a_night_with_no_shipments_has_a_release(tmp_path: Path, policy: Policy) -> None:
    lake = Lake(tmp_path / "lake")
    for name in ("queue.item", "queue.summary", "score.shipment", "core.shipment", "core.landed_file"):
        write_partition(lake, name, [])
    empty = build(tmp_path, policy)
    assert (empty.rows_n["mart.shipment"], empty.manifest.origin.run_id) == (0, None)
    assert ask(empty.path, "select value from _meta.about where name = 'run_id'") == [("none: no shipment was scored",)]


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
