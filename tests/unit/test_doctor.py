"""The doctor's warning of a salt that everyone can read.

Belongs here: checks of `doctor` that need no lake.
Belongs elsewhere: the command as it is run (tests/integration/test_command_line.py), stray files (test_stray.py).
"""

from pathlib import Path

import pytest

from tests.unit.test_policy import edit
from tidewaiter.command.doctor import examine
from tidewaiter.settings import SHIPPED_POLICY, load_settings


@pytest.mark.parametrize("is_own", [True, False])
def test_the_shipped_salt_is_warned_of_and_an_own_one_is_not(tmp_path: Path, is_own: bool) -> None:
    own = edit(tmp_path / "policy", "queues.yml", "random_salt: change me", "random_salt: of our own")
    settings = load_settings(tmp_path / "home", tmp_path / "landing", own if is_own else SHIPPED_POLICY)
    warned = [each for each in examine(settings) if each.check == "random salt"]
    assert [each.is_warning for each in warned] == ([] if is_own else [True])
