"""The folder of a made-up landing: made whole or not at all, never over files of another kind.

Belongs here: making, keeping and replacing the folder.
Belongs elsewhere: what the files hold (test_sample_data.py).
"""

import json
from pathlib import Path

import pytest

from sample_data import make
from sample_data.make import MARKER, write_landing


def test_a_landing_folder_that_is_there_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("made again")

    out = tmp_path / "landing"
    write_landing(out, days=1)
    monkeypatch.setattr(make, "_write_feeds", fail)
    write_landing(out, days=1)
    assert json.loads((out / MARKER).read_text(encoding="utf-8"))["days"] == 1


def test_a_failure_leaves_no_half_made_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("disk full")

    out = tmp_path / "landing"
    with monkeypatch.context() as patch:
        patch.setattr(make, "write_world_lists", fail)
        with pytest.raises(OSError, match="disk full"):
            write_landing(out, days=1)
    assert not out.exists()
    write_landing(out, days=1)
    assert [path.name for path in tmp_path.iterdir()] == ["landing"]


def test_a_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("kept", encoding="utf-8")
    with pytest.raises(FileExistsError, match=r"no SAMPLE\.json"):
        write_landing(tmp_path, days=1)
    assert (tmp_path / "own.csv").read_text(encoding="utf-8") == "kept"


def test_an_earlier_sample_gives_way_to_the_one_asked_for(tmp_path: Path) -> None:
    out = tmp_path / "landing"
    write_landing(out, days=1)
    write_landing(out, days=2)
    assert len(list((out / "low_value_entry").iterdir())) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["landing"]


def test_less_than_a_day_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="days is 0"):
        write_landing(tmp_path / "landing", days=0)
