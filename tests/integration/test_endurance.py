"""The trial of spoilt files as a command, and that it notices what it is there to notice."""

import json
from pathlib import Path

import pytest

from tests.support.home import run_command
from tidewaiter.prove.judge import Job, Verdict
from tidewaiter.prove.worker import Worker, WorkerDied


def test_a_small_trial_finds_no_defect_and_says_what_it_did(tmp_path: Path) -> None:
    said = run_command(
        "prove", "endurance", "--only", "files", "--files", "200", "--no-huge", "--work", tmp_path, "--json"
    )
    assert said.code == 0, said.err
    found = json.loads(said.out)
    assert sum(feed["files_n"] for feed in found["feeds"]) == 200
    assert all(feed["rows_n"] == feed["kept_n"] + feed["held_n"] for feed in found["feeds"])
    assert [each for each in tmp_path.iterdir() if each.name.startswith("tidewaiter-endurance")] == []


def test_a_process_that_takes_too_long_is_ended_and_said_to_be(tmp_path: Path) -> None:
    worker = Worker(tmp_path, seconds=0.05)
    with pytest.raises(WorkerDied, match="exit -9"):
        worker.judge(Job(str(tmp_path), "exam_finding", "2026-11-20", 0.2))
    worker.close()


def test_a_process_that_fails_is_said_to_and_the_next_job_gets_another(tmp_path: Path) -> None:
    worker = Worker(tmp_path, seconds=60)
    with pytest.raises(WorkerDied, match="KeyError"):
        worker.judge(Job(str(tmp_path), "no_such_feed", "2026-11-20", 0.2))
    folder = tmp_path / "landing" / "exam_finding" / "2026-11-20"
    folder.mkdir(parents=True)
    (folder / "findings.csv").write_text("nothing,known\n1,2\n")
    (verdict,) = worker.judge(Job(str(tmp_path / "landing"), "exam_finding", "2026-11-20", 0.2))
    worker.close()
    assert isinstance(verdict, Verdict)
    assert (verdict.status, verdict.problem) == ("refused", None)
    assert worker.peak_mib > 0
