"""Where the real public files are, and a visible word when they are not there.

Belongs here: the fixture that tests on real files share.
Belongs elsewhere: what the files must yield (test_real_*.py).
"""

import os
from pathlib import Path

import pytest

VARIABLE = "TIDEWAITER_REAL_DATA"
DEFAULT = Path(__file__).parents[3] / "shared" / "data"


def find_real_data() -> Path:
    """Return the folder that the environment names, else the one beside the project."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else DEFAULT


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real public files; tests that need it are skipped where it is absent."""
    folder = find_real_data()
    if not folder.is_dir():
        pytest.skip(f"real files not found at {folder}: set {VARIABLE} to their folder")
    return folder


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """End the run with a warning line when the real files are missing."""
    folder = find_real_data()
    if not folder.is_dir():
        terminalreporter.section("real files", sep="!", red=True, bold=True)
        terminalreporter.line(
            f"NOT RUN: the tests on real public files, because {folder} does not exist. Set {VARIABLE} to their folder."
        )
