"""A campaign that is killed goes on where it was, and one that fails ends at once: what is finished is not run again.

Belongs here: processes, killing, failing, resuming.
Belongs elsewhere: one run (test_targeting_proof.py).
"""

import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.home import list_states
from tests.support.stub_campaign import PLAN, POLICIES, SEEDS, make_campaign, make_failing
from tidewaiter.prove.targeting.campaign import DONE, ONE_THREAD, Progress, Watch, read_results, run_campaign
from tidewaiter.settings import PROJECT

LONGEST_SECONDS = 300
NIGHTS_OF_THE_KILLED = 1_000
POOL_OF_A_SLEEPER = """
import multiprocessing, time
from concurrent.futures import ProcessPoolExecutor
from tidewaiter.prove.targeting.campaign import end_with_parent
pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), initializer=end_with_parent)
pool.submit(print, "begun", flush=True).result()
pool.submit(time.sleep, 3600).result()
"""


def list_finished(folder: Path) -> list[Path]:
    return sorted(path.parent for path in (folder / "out").rglob(DONE))


def run_until_killed(folder: Path) -> None:
    """Run the campaign in a process of its own and kill it without a warning after its first result."""
    with subprocess.Popen([sys.executable, "-m", "tests.support.stub_campaign", str(folder)], cwd=PROJECT) as process:
        end = time.monotonic() + LONGEST_SECONDS
        while not list_finished(folder) and process.poll() is None and time.monotonic() < end:
            time.sleep(0.2)
        process.send_signal(signal.SIGKILL)


@pytest.fixture(scope="module")
def resumed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, tuple[int, int]], list[Progress]]:
    """A campaign's folder after a kill and a second run, the states of what the first left, and what was told."""
    folder, told = tmp_path_factory.mktemp("campaign"), list[Progress]()
    run_until_killed(folder)
    left = {
        name: state
        for run in list_finished(folder)
        for name, state in list_states(folder / "out").items()
        if name.startswith(run.relative_to(folder / "out").as_posix())
    }
    for seed in (folder / "work").glob("seed-*"):
        for policy in POLICIES:
            (seed / f"{policy}.nights").write_text(str(NIGHTS_OF_THE_KILLED), encoding="utf-8")
    run_campaign(make_campaign(folder), told.append)
    return folder, left, told


def test_what_was_finished_is_not_run_again(
    resumed: tuple[Path, dict[str, tuple[int, int]], list[Progress]],
) -> None:
    folder, left, told = resumed
    now = list_states(folder / "out")
    assert left
    assert {name: now[name] for name in left} == left
    assert told[-1].runs_n < len(SEEDS) * len(POLICIES)
    assert told[-1].finished_n == told[-1].runs_n


def test_every_run_has_results_and_nothing_else_is_left(
    resumed: tuple[Path, dict[str, tuple[int, int]], list[Progress]],
) -> None:
    folder, _, _ = resumed
    total = read_results(make_campaign(folder), "total")
    assert sorted(zip(total["seed"], total["policy"], strict=True)) == sorted(
        (seed, policy) for seed in SEEDS for policy in POLICIES
    )
    assert not list((folder / "work").glob("seed-*"))
    assert not list((folder / "out").rglob(".*"))


def test_a_campaign_killed_after_the_last_result_of_a_seed_leaves_nothing_either(
    resumed: tuple[Path, dict[str, tuple[int, int]], list[Progress]],
) -> None:
    campaign = make_campaign(resumed[0])
    warm_up = campaign.stand(SEEDS[0]).warm_up
    warm_up.mkdir(parents=True)
    (warm_up / DONE).touch()
    run_campaign(campaign, lambda _: None)
    assert not list(campaign.work.iterdir())


def test_nights_of_an_earlier_campaign_do_not_count(
    resumed: tuple[Path, dict[str, tuple[int, int]], list[Progress]],
) -> None:
    _, _, told = resumed
    last = told[-1]
    assert max(each.nights_n for each in told) == last.nights_n == last.all_nights_n
    warm_ups_n = (last.all_nights_n - last.runs_n * len(PLAN.days)) / len(PLAN.warm_up_days)
    assert warm_ups_n < len(SEEDS)


def interrupt(_: Progress) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("watch", "error"),
    [(lambda _: None, ArithmeticError), (interrupt, KeyboardInterrupt)],
    ids=["failure", "interrupt"],
)
def test_a_failure_ends_the_runs_under_way(tmp_path: Path, watch: Watch, error: type[BaseException]) -> None:
    campaign = replace(make_campaign(tmp_path), make_world=make_failing)
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    with pytest.raises(error):
        run_campaign(campaign, watch)
    assert not multiprocessing.active_children()
    assert {name: os.environ.get(name) for name in ONE_THREAD} == before
    assert not campaign.stand(SEEDS[1]).warm_up.exists()
    shutil.rmtree(campaign.work)


def test_a_worker_ends_as_soon_as_its_campaign_is_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", POOL_OF_A_SLEEPER], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        process.send_signal(signal.SIGKILL)
        # The worker holds the other end of the pipe for as long as it lives.
        assert process.communicate(timeout=60)[0] == ""
