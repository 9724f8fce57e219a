"""A process that judges files, and what is known of it from outside: whether it lives, its time, its memory.

Belongs here: starting, asking, timing, ending it.
Belongs elsewhere: judging (judge.py).
"""

import json
import re
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from tidewaiter.prove.judge import Job, Verdict
from tidewaiter.settings import PROJECT

PEAK = re.compile(r"VmHWM:\s+(\d+) kB")


class WorkerDied(Exception):  # noqa: N818 - it is what happened, and is answered by asking for each file alone
    """The process ended, or was ended for taking too long; `str` of it says which and what it said last."""


class Worker:
    """One judging process; started again after it died."""

    def __init__(self, folder: Path, seconds: float) -> None:
        self.folder, self.seconds = folder, seconds
        self.peak_mib = 0
        self._process: subprocess.Popen[str] | None = None

    def judge(self, job: Job) -> tuple[Verdict, ...]:
        """Return the verdicts on a job.

        Raises:
            WorkerDied: there are none.
        """
        process = self._start()
        if process.stdin is None or process.stdout is None:
            raise WorkerDied("the process has no input or output")
        timer = threading.Timer(self.seconds, process.kill)
        timer.start()
        try:
            process.stdin.write(json.dumps(asdict(job)) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            line = ""
        finally:
            timer.cancel()
        self._note_peak(process)
        if not line:
            raise WorkerDied(self._bury(process))
        return tuple(Verdict(**each) for each in json.loads(line))

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._end(self._process)

    def _start(self) -> subprocess.Popen[str]:
        if self._process is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            with self._errors().open("w", encoding="utf-8") as errors:
                self._process = subprocess.Popen(  # noqa: S603 - this interpreter and this project's module
                    [sys.executable, "-m", "tidewaiter.prove.judge", str(self.folder)],
                    cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True,
                )  # fmt: skip
        return self._process

    def _errors(self) -> Path:
        return self.folder / "errors.txt"

    def _note_peak(self, process: subprocess.Popen[str]) -> None:
        status = Path(f"/proc/{process.pid}/status")
        found = PEAK.search(status.read_text()) if status.exists() else None
        self.peak_mib = max(self.peak_mib, int(found[1]) // 1024 if found else 0)

    def _end(self, process: subprocess.Popen[str]) -> int:
        """Return the exit code of the process, its pipes closed."""
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()
        self._process = None
        return process.wait()

    def _bury(self, process: subprocess.Popen[str]) -> str:
        """Return how the process ended and the last line that it said."""
        code = self._end(process)
        said = self._errors().read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return f"exit {code}: {said[-1] if said else 'without a word'}"
