"""The published DuckDB file: what is in it, and what stops it from being built.

Belongs here: tables, comments, privacy, guides and manifest of a release over a made-up lake.
Belongs elsewhere: publishing and revisions (test_release_publish.py), the release asset (tests/integration).
"""

import re
import shutil
from pathlib import Path

import duckdb
import pytest

from data_quality.contract import load_contract, load_contracts
from tests.unit.made_lake import ON, ask, build, core_row, make_lake, shipped_policy, sums_hold, write_partition
from tidewaiter.errors import ContractError, PartitionMissingError, QualityError, TidewaiterError
from tidewaiter.lake import Lake, hash_file
from tidewaiter.policy import Policy, load_policy
from tidewaiter.release import table
from tidewaiter.release.manifest import read_manifest
from tidewaiter.release.meta import TABLES
from tidewaiter.release.table import SOURCES, fill_table
from tidewaiter.settings import PROJECT


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
    return night / "releases" / ON.isoformat() / f"tidewaiter_{ON}.duckdb"


@pytest.fixture
def bare_home(night: Path, tmp_path: Path) -> Path:
    """A home of the test's own with a lake and no release."""
    shutil.copytree(night / "lake", tmp_path / "bare" / "lake")
    return tmp_path / "bare"


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
    assert text.startswith("declared value per kg is 0.13 times that of its tariff line and origin; the shipper")
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
        union all select code from (select unnest(reasons, recursive := true) from mart.queue)
            anti join ref.rule on reason_code = code where starts_with(code, 'rule:')
        union all select family from ref.finding anti join ref.family using (family) where family is not null
    """
    assert ask(file, orphans) == []


def test_each_query_of_the_readme_runs(file: Path) -> None:
    guide = (file.parent / "README.md").read_text(encoding="utf-8")
    queries = re.findall(r"```sql\n(.*?)```", guide, re.DOTALL)
    answers = [ask(file, query) for query in queries]
    assert [len(rows) for rows in answers] == [3, 1, 1, len(load_contract("mart.queue").columns)]
    assert answers[1][0][:4] == ("CN", "China", 8, 3)
    assert answers[2][0][0] == "rule:price_far_below_its_line"


def test_every_version_of_every_rule_can_be_looked_up(file: Path, policy: Policy) -> None:
    known = ask(file, "select reason_code, valid_from, expression, owner from ref.rule order by all")
    shipped = [(f"rule:{each.id}", each.valid_from, each.expression, each.owner) for each in policy.rules.rules]
    assert known == sorted(shipped)


def test_the_file_is_read_only_opens_in_older_versions_and_matches_its_sum(file: Path) -> None:
    assert file.stat().st_mode & 0o777 == 0o444
    tags = ask(file, "select tags['storage_version'] from duckdb_databases() where not internal")
    assert tags == [("v1.4.0+",)]
    assert read_manifest(file.parent / "manifest.json").file_sha256 == hash_file(file)
    assert sums_hold(file.parent / "SHA256SUMS")


def test_two_homes_publish_the_same_content(file: Path, bare_home: Path, policy: Policy) -> None:
    other = build(bare_home, policy).path
    copies = [sorted((each.parent / "parquet").glob("*")) for each in (file, other)]
    assert [hash_file(path) for path in copies[0]] == [hash_file(path) for path in copies[1]]
    texts = [(each.parent / "manifest.json").read_text(encoding="utf-8") for each in (file, other)]
    without_file = [re.sub(r'"file_sha256": "\w+"', "", text) for text in texts]
    assert without_file[0] == without_file[1]
    assert str(bare_home) not in texts[1]


def test_the_manifest_names_what_went_in(file: Path, policy: Policy) -> None:
    origin = read_manifest(file.parent / "manifest.json").origin
    assert [each.file for each in origin.inputs] == [f"low_value_entry/{ON}/{name}.csv" for name in "ab"]
    assert (origin.run_id, origin.model_versions, origin.policy_version) == ("night-1", ("m1",), policy.version)


def test_a_missing_table_stops_the_build_before_anything_is_written(bare_home: Path, policy: Policy) -> None:
    Lake(bare_home / "lake").path("queue.summary", ON).unlink()
    with pytest.raises(PartitionMissingError, match=r"queue\.summary has no partition"):
        build(bare_home, policy)
    assert [path.name for path in (bare_home / "releases").iterdir()] == [".staging"]


def test_a_night_of_another_policy_is_refused(bare_home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "policy"
    folder.mkdir()
    shipped = (PROJECT / "policy" / "costs.yml").read_text(encoding="utf-8")
    (folder / "costs.yml").write_text(shipped.replace("contraband: 500", "contraband: 600"), encoding="utf-8")
    with pytest.raises(TidewaiterError, match="ran under policy"):
        build(bare_home, load_policy(folder))


def test_a_scored_shipment_that_core_lacks_stops_the_build(bare_home: Path, policy: Policy) -> None:
    write_partition(Lake(bare_home / "lake"), "core.shipment", [core_row(number) for number in range(1, 8)])
    with pytest.raises(QualityError, match=r"mart\.shipment has 7 rows for 8 of score\.shipment"):
        build(bare_home, policy)


def test_a_night_with_no_shipments_has_a_release(tmp_path: Path, policy: Policy) -> None:
    lake = Lake(tmp_path / "lake")
    for name in SOURCES:
        write_partition(lake, name, [])
    empty = build(tmp_path, policy)
    assert (empty.rows_n["mart.shipment"], empty.manifest.origin.run_id) == (0, None)
    assert ask(empty.path, "select value from _meta.about where name = 'run_id'") == [("none: no shipment was scored",)]
