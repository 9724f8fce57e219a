"""One sample night that several tests look at.

Belongs here: homes that are built once; a test that changes one takes a copy.
Belongs elsewhere: builders (tests/support).
"""

from datetime import timedelta
from pathlib import Path

import pytest

from sample_data.make import DEFAULT_LAST_DAY, write_landing
from tests.support.home import Built, copy_home, make_settings, run_job

DAYS = 4


@pytest.fixture(scope="session")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four dates of sample data; findings land on the last two."""
    folder = tmp_path_factory.mktemp("sample") / "landing"
    write_landing(folder, days=DAYS)
    return folder


@pytest.fixture(scope="session")
def past(tmp_path_factory: pytest.TempPathFactory, landing: Path) -> Built:
    """A home with the history of every date but the last."""
    settings = make_settings(tmp_path_factory.mktemp("past"), landing)
    days = [DEFAULT_LAST_DAY - timedelta(days=back) for back in range(DAYS - 1, 0, -1)]
    results = run_job(settings, "history", *days)
    assert [each.error for each in results] == [None] * len(days)
    return Built(settings, days[-1], results[-1])


@pytest.fixture(scope="session")
def night(tmp_path_factory: pytest.TempPathFactory, past: Built) -> Built:
    """A home with the night of the last date."""
    settings = copy_home(past.settings, tmp_path_factory.mktemp("night"))
    (result,) = run_job(settings, "nightly", DEFAULT_LAST_DAY)
    assert result.error is None, result.error
    return Built(settings, DEFAULT_LAST_DAY, result)
