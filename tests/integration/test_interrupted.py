"""A night that is killed: nothing half-written is ever visible, and the night run again is the undisturbed one.

Belongs here: SIGKILL at named moments of a real process, and the run that follows.
Belongs elsewhere: errors that the night reports itself (test_withstand.py).
"""

import signal
import subprocess
import sys
from dataclasses import dataclass

import dagster as dg
import pytest

from pipelines.home import open_instance
from tests.support.home import Built, Said, copy_home, hash_files, list_states, options, run_command
from tidewaiter.lake import STAGING
from tidewaiter.settings import PROJECT, Settings

# Runs the command line in a process that kills itself at one moment: before or after a method has done its work for
# the arguments that hold a word.
KILLED = """
import importlib, os, signal, sys

where, method, when, word, *sys.argv[1:] = sys.argv[1:]
module, owner = where.split(":")
owner = getattr(importlib.import_module(module), owner)
work = getattr(owner, method)

def work_and_die(*given, **named):
    is_now = any(word in str(each) for each in given)
    if is_now and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    done = work(*given, **named)
    if is_now:
        os.kill(os.getpid(), signal.SIGKILL)
    return done

setattr(owner, method, work_and_die)
from tidewaiter.cli import main
main()
"""
PUBLISH = ("tidewaiter.lake:Lake", "publish")
RELEASE = ("tidewaiter.release.shelf:Shelf", "publish")
# In the order in which a night comes to them; each kill strikes the home that the one before left behind.
MOMENTS = {
    "half the core tables are there": (*PUBLISH, "after", "core.shipment_line"),
    "the queue is there and its summary is not": (*PUBLISH, "before", "queue.summary"),
    "the release is finished and not in place": (*RELEASE, "before", ""),
}


def kill_night(settings: Settings, night: Built, moment: tuple[str, ...]) -> None:
    command = [sys.executable, "-c", KILLED, *moment, "nightly", "--date", night.on.isoformat(), *options(settings)]
    ended = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=300, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr


@dataclass(frozen=True)
class Struck:
    """A home whose night was killed at each moment in turn.

    Attributes:
        wrong: for each kill, the published files that are not those of the undisturbed night.
    """

    settings: Settings
    wrong: dict[str, set[str]]


@pytest.fixture(scope="module")
def struck(past: Built, night: Built, tmp_path_factory: pytest.TempPathFactory) -> Struck:
    settings = copy_home(past.settings, tmp_path_factory.mktemp("struck"))
    undisturbed, wrong = hash_files(night.settings.lake), {}
    for name, moment in MOMENTS.items():
        kill_night(settings, night, moment)
        found = hash_files(settings.lake)
        wrong[name] = {path for path, sha in found.items() if undisturbed.get(path) != sha and STAGING not in path}
    return Struck(settings, wrong)


@pytest.fixture(scope="module")
def rerun(struck: Struck, night: Built) -> Said:
    return run_command("nightly", "--date", night.on.isoformat(), *options(struck.settings))


def test_a_kill_leaves_only_whole_partitions_and_each_is_the_right_one(struck: Struck) -> None:
    assert struck.wrong == {name: set() for name in MOMENTS}


def test_the_run_after_the_kills_ends_in_the_undisturbed_night(struck: Struck, rerun: Said, night: Built) -> None:
    assert rerun.code == 0, rerun.err
    assert hash_files(struck.settings.lake) == hash_files(night.settings.lake)
    assert set(list_states(struck.settings.releases)) == set(list_states(night.settings.releases))


@pytest.mark.usefixtures("rerun")
def test_killed_runs_do_not_stay_at_work_in_the_history(struck: Struck) -> None:
    with open_instance(struck.settings) as instance:
        nights = instance.get_runs(dg.RunsFilter(job_name="nightly"))
        slots = instance.event_log_storage.get_concurrency_info("duckdb_writer")
    states = [run.status for run in nights]
    assert states == [dg.DagsterRunStatus.SUCCESS, *[dg.DagsterRunStatus.FAILURE] * len(MOMENTS)]
    assert (slots.active_slot_count, slots.pending_step_count) == (0, 0)
