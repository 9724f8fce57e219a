"""Fixtures that every kind of test may use.

Belongs here: fixtures.
Belongs elsewhere: builders (tests/support).
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.work import Bench, open_bench

# A check of the same commit takes the same examples. To look for others: pytest --hypothesis-profile=default
settings.register_profile("same_examples", derandomize=True, deadline=None)
settings.load_profile("same_examples")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with open_bench(tmp_path) as opened:
        yield opened
