"""What the judge of spoilt files calls a defect."""

from pathlib import Path

import pytest

from tidewaiter.prove.judge import judge_row

FILE = "exam_finding/2026-11-20/findings.csv"


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    (tmp_path / FILE).parent.mkdir(parents=True)
    (tmp_path / FILE).write_text("x")
    return tmp_path


def test_rows_that_are_neither_kept_nor_held_are_a_defect(landing: Path) -> None:
    assert judge_row((FILE, "accepted", 5, 3, 2, None, None), landing).problem is None
    lost = judge_row((FILE, "accepted", 5, 3, 1, None, None), landing)
    assert lost.problem == "5 rows came, 3 are kept and 1 held"


@pytest.mark.parametrize(("cause", "fix"), [(None, "do this"), ("it is broken", None), ("", "")])
def test_a_refusal_without_cause_or_fix_is_a_defect(landing: Path, cause: str | None, fix: str | None) -> None:
    assert judge_row((FILE, "refused", None, None, None, cause, fix), landing).problem is not None
    assert judge_row((FILE, "refused", None, None, None, "it is broken", "do this"), landing).problem is None


def test_an_unknown_state_or_file_is_a_defect(landing: Path) -> None:
    assert judge_row((FILE, "perhaps", 0, 0, 0, None, None), landing).problem is not None
    assert judge_row(("exam_finding/other.csv", "accepted", 0, 0, 0, None, None), landing).problem is not None
