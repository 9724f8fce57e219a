"""What a step takes: time, processor time, and the most memory at any moment of it.

Belongs here: measuring this process, and handing figures from one process to another.
Belongs elsewhere: what is measured, what the figures are compared with.
"""

import json
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from tidewaiter.errors import ProofError
from tidewaiter.settings import PROJECT

STATUS, FORGET_PEAK = Path("/proc/self/status"), Path("/proc/self/clear_refs")
PEAK_ONLY = "5"


@dataclass(frozen=True)
class Measure:
    """What one step took."""

    step: str
    seconds: float
    cpu_s: float
    peak_bytes: int


class Stopwatch:
    """Measures from its making on; memory that was taken before and is still held counts."""

    def __init__(self) -> None:
        FORGET_PEAK.write_text(PEAK_ONLY)
        self._started, self._cpu = time.perf_counter(), _cpu_seconds()

    def stop(self, step: str) -> Measure:
        """Return what was taken since."""
        return Measure(step, time.perf_counter() - self._started, _cpu_seconds() - self._cpu, _peak_bytes())


@contextmanager
def measure(step: str, into: list[Measure]) -> Iterator[None]:
    """Add what the block takes."""
    watch = Stopwatch()
    yield
    into.append(watch.stop(step))


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _peak_bytes() -> int:
    lines = STATUS.read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) * 1024


def report_measures(measures: Sequence[Measure]) -> None:
    """Print the figures for the process that started this one."""
    sys.stdout.write(json.dumps([asdict(each) for each in measures]) + "\n")


def run_told(module: str, arguments: Sequence[str], title: str, tell: Callable[[str], None]) -> list[Measure]:
    """Run a module in a process of its own, tell what it took, and return its figures.

    Raises:
        ProofError: when the process fails, with the end of what it said.
    """
    found = run_measured(module, arguments)
    tell(f"{title}: {sum(each.seconds for each in found):,.1f} s, {sum(each.cpu_s for each in found):,.1f} CPU-s")
    return found


def check_room(folder: Path, needed_bytes: int, what: str, fix: str) -> None:
    """Return when the disk has room for what is made in the folder, which may not be there yet.

    Raises:
        ProofError: saying how much there is and how much is needed.
    """
    where = next(each for each in (folder, *folder.parents) if each.exists())
    free = shutil.disk_usage(where).free
    if free < needed_bytes:
        raise ProofError(f"{where} has {free / 1e9:.1f} GB free; {what} {needed_bytes / 1e9:.1f} GB.", fix=fix)


def run_measured(module: str, arguments: Sequence[str]) -> list[Measure]:
    """Run a module in a process of its own and return the figures that it reports.

    Raises:
        ProofError: when the process fails, with the end of what it said.
    """
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise ProofError(f"{module} {arguments[0]} failed: {done.stderr.strip()[-2000:]}", fix="see the error above")
    return [Measure(**each) for each in json.loads(done.stdout.splitlines()[-1])]
