"""A night by the table of stages, beside the same night through Dagster.

Belongs here: that both make equal rows.
Belongs elsewhere: the table itself (tests/unit/test_stage.py), the proofs that run by it.
"""

import pytest
from polars.testing import assert_frame_equal

from tests.support.home import Built, copy_home, read
from tidewaiter.ingest.registry import FEEDS
from tidewaiter.night.run import open_runner
from tidewaiter.night.table import STAGES
from tidewaiter.policy import load_policy
from tidewaiter.settings import Settings

COMPARED = [table for stage in STAGES for table in stage.outputs]


@pytest.fixture(scope="module")
def in_process(tmp_path_factory: pytest.TempPathFactory, past: Built, night: Built) -> Settings:
    """A home with the history of the sample, and its last night by the table of stages."""
    settings = copy_home(past.settings, tmp_path_factory.mktemp("stages"))
    with open_runner(settings, load_policy(settings.policy)) as runner:
        runner.read_landed(FEEDS, night.on)
        runner.run_stages(STAGES, night.on)
    return settings


@pytest.mark.parametrize("table", COMPARED)
def test_a_table_has_the_rows_that_dagster_publishes(table: str, in_process: Settings, night: Built) -> None:
    assert_frame_equal(read(in_process, table, night.on), read(night.settings, table, night.on))
