"""The trial of spoilt files as a command, and that it notices what it is there to notice."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tidewaiter.prove.judge import Job, Verdict
from tidewaiter.prove.worker import Worker, WorkerDied
from tidewaiter.settings import PROJECT


def run(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tidewaiter.cli", "prove", "endurance", *arguments]
    environment = {**os.environ, "HOME": str(home)}
    return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)


def test_a_small_trial_finds_no_defect_and_says_what_it_did(tmp_path: Path) -> None:
    done = run("--only", "files", "--files", "200", "--no-huge", "--work", str(tmp_path), "--json", home=tmp_path)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
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
