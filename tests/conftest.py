"""Fixtures that every kind of test may use.

Belongs here: fixtures.
Belongs elsewhere: builders (tests/support).
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.work import Bench, open_bench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with open_bench(tmp_path) as opened:
        yield opened
