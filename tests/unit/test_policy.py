"""Policy files: checked on load, one folder away, stamped by their content."""

import shutil
from pathlib import Path

import pytest

from tidewaiter.errors import PolicyError
from tidewaiter.policy import FILES, load_policy
from tidewaiter.settings import SHIPPED_POLICY


def edit(folder: Path, name: str, old: str, new: str) -> Path:
    folder.mkdir(exist_ok=True)
    text = (SHIPPED_POLICY / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    return folder


def test_the_shipped_policy_is_whole() -> None:
    assert load_policy(SHIPPED_POLICY).shipped_files == ()
    assert {path.name for path in SHIPPED_POLICY.glob("*.yml")} == set(FILES)


def test_another_folder_takes_what_it_lacks_from_the_shipped_policy(tmp_path: Path) -> None:
    policy = load_policy(edit(tmp_path / "p", "queues.yml", "default_capacity: 10", "default_capacity: 3"))
    assert policy.queues.port("0000").capacity == 3
    assert "queues.yml" not in policy.shipped_files
    assert policy.version != load_policy(SHIPPED_POLICY).version


def test_the_version_does_not_depend_on_where_the_folder_is(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED_POLICY, tmp_path / "copy")
    assert load_policy(tmp_path / "copy").version == load_policy(SHIPPED_POLICY).version


def test_the_size_of_the_engine_shapes_no_row(tmp_path: Path) -> None:
    folder = edit(tmp_path / "p", "engine.yml", "buckets: 1 ", "buckets: 16 ")
    assert load_policy(folder).version == load_policy(SHIPPED_POLICY).version


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("queues.yml", "random_share:", "random_shore:", r"queues.yml: random_sh"),
        ("queues.yml", "random_share: 0.10", "random_share: 1.5", r"queues.yml: random_share"),
        ("queues.yml", '"4701"', '"47"', r"queues.yml: ports.47"),
        ("queues.yml", "random_salt: change me", "random_salt: ''", r"queues.yml: random_salt"),
        ("rules.yml", "2016-03-10", "2016-13-10", r"rules.yml: syntax: 2016-13-10 is no date: month(.|\n)*line \d+"),
        ("findings.yml", "families: [revenue, contraband,", "families: [contraband, revenue,", r"findings.yml: file"),
        ("costs.yml", "contraband: 500", "contraband: -1", r"costs.yml: family_usd.contraband"),
        ("engine.yml", "engine: duckdb", "engine: [", r"engine.yml: syntax"),
        ("text.yml", "PILL_PRESS", "PILL_PRES", r"text.yml: spoiled_by: findings.yml has no PILL_PRES\b"),
    ],
)
def test_a_wrong_file_is_named_with_its_key(tmp_path: Path, name: str, old: str, new: str, message: str) -> None:
    with pytest.raises(PolicyError, match=message):
        load_policy(edit(tmp_path / "p", name, old, new))


def test_a_file_that_is_no_policy_is_refused(tmp_path: Path) -> None:
    (tmp_path / "queue.yml").write_text("capacity: 1\n")
    with pytest.raises(PolicyError, match=r"queue\.yml: file: no such policy file"):
        load_policy(tmp_path)


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="nowhere"):
        load_policy(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("queues.yml", "random_share: 0.10", "random_share: 0.10\nrandom_share: 0.20"),
        ("rules.yml", "    state: active\n", "    state: active\n    state: draft\n"),
        ("rules.yml", "rules:\n", "rules: []\nrules:\n"),
    ],
)
def test_a_key_given_twice_is_refused_with_its_line(tmp_path: Path, name: str, old: str, new: str) -> None:
    with pytest.raises(PolicyError, match=r"given twice(.|\n)*line \d+"):
        load_policy(edit(tmp_path / "p", name, old, new))


def test_a_file_that_is_not_utf_8_is_named_with_the_byte(tmp_path: Path) -> None:
    (tmp_path / "rules.yml").write_bytes("# caf\u00e9\n".encode("cp1252"))
    with pytest.raises(PolicyError, match=r"rules.yml: syntax: it is not UTF-8: byte 5 is 0xe9"):
        load_policy(tmp_path)
