"""House rules of the tree: who may import whom, what every module says, how large things may be."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("assets", "data_quality", "models", "pipelines", "sample_data", "tidewaiter")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
LONGEST_FILE = 350
LONGEST_FUNCTION = 50
LONGEST_SQL = 100
MAY_IMPORT_DAGSTER = ("assets/", "pipelines/", "data_quality/checks.py")
# The command line starts jobs; nothing else of the domain knows that there is a shell.
MAY_IMPORT_SHELL = ("tidewaiter/command/",)
# The order in which Polars adds columns up follows its threads; counts, which begin with a whole 0, may be.
PARALLEL_SUM = r"\bmean_horizontal\(|\bsum_horizontal\((?!pl\.lit\(0\),)"
BANNED_NAMES = ("util", "utils", "helper", "helpers", "common", "misc")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_only_the_shell_imports_dagster(path: Path) -> None:
    if not name(path).startswith(MAY_IMPORT_DAGSTER):
        assert not [each for each in imports(path) if each.split(".")[0] == "dagster"]


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_the_domain_does_not_import_the_shell(path: Path) -> None:
    inside = name(path).startswith(("tidewaiter/", "models/", "data_quality/", "sample_data/"))
    if inside and not name(path).startswith(MAY_IMPORT_SHELL):
        assert not [each for each in imports(path) if each.split(".")[0] in ("assets", "pipelines")]


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_columns_of_fractions_are_added_in_one_order(path: Path) -> None:
    if name(path) != "tidewaiter/engine/addition.py":
        assert not re.search(
            r"\bmean_horizontal\(|\bsum_horizontal\((?!pl\.lit\(0\),)", path.read_text(encoding="utf-8")
        )


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_data_quality_knows_no_feed_and_no_model(path: Path) -> None:
    allowed = ("tidewaiter.errors", "tidewaiter.document")
    if name(path).startswith("data_quality/"):
        assert not [each for each in imports(path) if each.startswith(("tidewaiter", "models")) and each not in allowed]


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_says_what_belongs_in_it(path: Path) -> None:
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    assert "Belongs here:" in said
    assert "Belongs elsewhere:" in said


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_files_and_functions_stay_readable(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_FILE
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
    assert not [node.name for node in functions if (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION]


@pytest.mark.parametrize("path", sorted((ROOT / "tidewaiter").rglob("*.sql")), ids=name)
def test_sql_is_short_lower_case_and_says_what_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("-- ")
    assert len(text.splitlines()) <= LONGEST_SQL
    assert not re.search(r"\b(SELECT|FROM|WHERE|JOIN|GROUP BY)\b", text)


def test_no_module_is_a_drawer_for_everything() -> None:
    assert not [name(path) for path in MODULES if path.stem in BANNED_NAMES]


def test_nine_files_in_ten_are_under_three_hundred_lines() -> None:
    lengths = [len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES]
    assert sum(length < 300 for length in lengths) >= 0.9 * len(lengths)


def test_the_top_level_is_the_one_that_was_asked_for() -> None:
    wanted = ("assets/manifests.py", "assets/features.py", "assets/scoring.py", "workspace.yaml", "README.md")
    folders = ("pipelines", "models", "data_quality", "sample_data", "tests")
    assert all((ROOT / file).is_file() for file in wanted)
    assert all((ROOT / folder).is_dir() for folder in folders)


def test_no_tracked_file_names_a_machine_or_an_index() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    stray = re.compile(r"(/ro" r"ot/|/ho" r"me/[a-z]|--(extra-)?index-url|--find-links)")
    files = [ROOT / line for line in listed.splitlines() if not line.startswith("tests/architecture/")]
    texts = {name(path): path.read_text(encoding="utf-8", errors="ignore") for path in files if path.is_file()}
    assert not [file for file, text in texts.items() if stray.search(text)]
