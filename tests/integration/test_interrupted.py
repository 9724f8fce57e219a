"""A night that is killed: nothing half-written is ever visible, and the night run again is the undisturbed one.

Belongs here: SIGKILL at named moments of a real process, and the run that follows.
Belongs elsewhere: errors that the night reports itself (test_withstand.py).
"""

import signal
import subprocess
import sys

import pytest

from pipelines.home import open_instance
from tests.support.home import Built, copy_home, hash_files, list_states, options, run_command
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


def published(settings: Settings) -> dict[str, str]:
    return {name: sha for name, sha in hash_files(settings.lake).items() if not name.startswith(".staging/")}


@pytest.fixture(scope="module")
def struck(past: Built, night: Built, tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, dict[str, set[str]]]:
    """A home whose night was killed at each moment in turn, and the partitions each kill left that are not right."""
    settings = copy_home(past.settings, tmp_path_factory.mktemp("struck"))
    undisturbed, wrong = hash_files(night.settings.lake), {}
    for name, moment in MOMENTS.items():
        kill_night(settings, night, moment)
        wrong[name] = set(published(settings).items()) - set(undisturbed.items())
    return settings, wrong


def test_a_kill_leaves_only_whole_partitions_and_each_is_the_right_one(
    struck: tuple[Settings, dict[str, set[str]]],
) -> None:
    assert struck[1] == {name: set() for name in MOMENTS}


def test_the_run_after_the_kills_ends_in_the_undisturbed_night(
    struck: tuple[Settings, dict[str, set[str]]], night: Built
) -> None:
    settings, _ = struck
    said = run_command("nightly", "--date", night.on.isoformat(), *options(settings))
    assert said.code == 0, said.err
    assert hash_files(settings.lake) == hash_files(night.settings.lake)
    assert set(list_states(settings.releases)) == set(list_states(night.settings.releases))
    with open_instance(settings) as instance:
        runs = instance.get_runs()
