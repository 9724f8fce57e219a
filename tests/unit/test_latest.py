"""The link to the newest of dated folders.

Belongs here: tidewaiter/latest.py.
Belongs elsewhere: pages and releases that have one (tests/integration/test_night.py).
"""

from pathlib import Path

import pytest

from tidewaiter.errors import TidewaiterError
from tidewaiter.latest import point_latest


def test_it_is_made_moved_and_left_alone(tmp_path: Path) -> None:
    for newest in ("2026-01-01", "2026-01-02", "2026-01-02"):
        point_latest(tmp_path, newest)
        assert (tmp_path / "latest").readlink() == Path(newest)
    assert [path.name for path in tmp_path.iterdir()] == ["latest"]


def test_a_link_to_a_date_that_is_gone_is_moved(tmp_path: Path) -> None:
    (tmp_path / "latest").symlink_to("2025-12-31")
    point_latest(tmp_path, "2026-01-01")
    assert (tmp_path / "latest").readlink() == Path("2026-01-01")


def test_a_folder_of_its_name_is_named_and_kept(tmp_path: Path) -> None:
    (tmp_path / "latest").mkdir()
    (tmp_path / "latest" / "report.html").touch()
    with pytest.raises(TidewaiterError, match="latest is not the link that it should be") as caught:
        point_latest(tmp_path, "2026-01-01")
    assert "delete it and run again" in caught.value.fix
    assert [path.name for path in (tmp_path / "latest").iterdir()] == ["report.html"]
