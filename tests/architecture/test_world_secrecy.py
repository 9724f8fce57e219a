"""Nothing of the product knows the simulated world: no import of it, no name out of it, no look at its truth."""

import ast
import re
from pathlib import Path

import pytest

from sample_data.word import list_words
from sample_data.world.firm import MARKETPLACES
from sample_data.world.setting import DEFAULT
from sample_data.world.simulation import ADVERSARIES

ROOT = Path(__file__).parents[2]
PRODUCT = ("assets", "data_quality", "models", "pipelines", "policy", "tidewaiter")
# What makes a world for somebody, and what drives one to judge targeting.
MAY_USE_THE_WORLD = (
    "tidewaiter/command/world.py",
    "tidewaiter/command/prove_targeting",
    # Judges how well the world's firms are resolved.
    "tidewaiter/command/prove_parties.py",
    "tidewaiter/prove/targeting",
)
KINDS = {".py", ".sql", ".yml", ".yaml", ".csv", ".html", ".j2", ".css", ".js"}
FILES = sorted(path for folder in PRODUCT for path in (ROOT / folder).rglob("*") if path.suffix in KINDS)
SCHEMES = {kind.name for kind in ADVERSARIES}
FIGURES = {type(getattr(DEFAULT, name)).__name__.lower() for name in SCHEMES}
SECRETS = (
    {word.lower() for word in list_words()}
    | {name.lower() for name in MARKETPLACES if name}
    | SCHEMES
    | {kind.__name__.lower() for kind in ADVERSARIES}
    | FIGURES
    | {"zqtr", "zvtk", "zqshipline", "honest_mistake", "ring_key"}
)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", FILES, ids=name)
def test_no_file_of_the_product_names_what_is_in_the_world(path: Path) -> None:
    words = set(re.findall(r"[a-z_]+", path.read_text(encoding="utf-8", errors="ignore").lower()))
    parts = {part for word in words for part in word.split("_")}
    assert not (words | parts) & SECRETS


@pytest.mark.parametrize("path", [path for path in FILES if path.suffix == ".py"], ids=name)
def test_only_what_makes_or_judges_a_world_imports_it(path: Path) -> None:
    if not name(path).startswith(MAY_USE_THE_WORLD):
        tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        modules = [node.module or "" for node in tree if isinstance(node, ast.ImportFrom)]
        assert not [module for module in modules if module.startswith("sample_data.world")]
        assert "import sample_data.world" not in path.read_text(encoding="utf-8")


def test_the_words_that_are_looked_for_are_in_the_world() -> None:
    assert len(SECRETS) > 6_400
    text = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "sample_data").rglob("*.py")).lower()
    assert all(scheme in text for scheme in SCHEMES)
