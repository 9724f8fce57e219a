"""Runs jobs in this process, one date after another, and says what came of them.

Belongs here: the command line's way into Dagster: instance, lock, catching up, results.
Belongs elsewhere: what the jobs do (jobs.py), printing (tidewaiter/cli.py).
"""

import fcntl
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

import dagster as dg
from dagster import DagsterEventType

from pipelines.definitions import build_definitions, name_assets
from pipelines.home import open_instance
from pipelines.partitions import check_day, reach
from pipelines.plain import build_plain, describe_check
from pipelines.result import RunResult, StepEvent, Watch
from tidewaiter import errors
from tidewaiter.damage import explain_failure
from tidewaiter.errors import HomeError, TidewaiterError
from tidewaiter.full_disk import FIX, say_full, tell_full_disk
from tidewaiter.ingest.landed import check_landing
from tidewaiter.ingest.stale import list_stale_dates
from tidewaiter.lake import Lake
from tidewaiter.policy import load_policy
from tidewaiter.settings import Settings

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
NOTES = ("explanation", "scored_by", "model_version", "release", "verdict")
STARTED_BY = "tidewaiter/started_by"
OWN_ERRORS = frozenset(name for name, each in vars(errors).items() if isinstance(each, type))
STEP_STATES = {
    DagsterEventType.STEP_START: "start",
    DagsterEventType.STEP_SUCCESS: "done",
    DagsterEventType.STEP_FAILURE: "failed",
    DagsterEventType.STEP_SKIPPED: "skipped",
}


class Runner:
    """Jobs of one home, run in this process and recorded in its Dagster history."""

    def __init__(self, settings: Settings, instance: dg.DagsterInstance, watch: Watch) -> None:
        self.settings = settings
        self._instance = instance
        self._watch = watch
        self._definitions = build_definitions(settings)
        self._assets = name_assets(self._definitions)

    def run(self, job: str, on: date) -> RunResult:
        """Run a job for a date and return what came of it; a failure is in the result, not raised."""
        check_day(on, self.settings.landing)
        run_id = str(uuid.uuid4())
        self._instance.add_event_listener(run_id, lambda entry: self._report(job, on, entry))
        with reach(on):
            result = self._definitions.resolve_job_def(job).execute_in_process(
                instance=self._instance,
                partition_key=on.isoformat(),
                run_id=run_id,
                run_config=QUIET,
                tags={STARTED_BY: "command"},
                raise_on_error=False,
            )
        return self._explain(_read_result(job, on, result))

    def build(self, job: str, on: date) -> RunResult:
        """Build a past date by the assets of a job, without a run of Dagster's; a failure is in the result."""
        check_day(on, self.settings.landing)
        definition = self._definitions.resolve_job_def(job)
        with reach(on):
            built = build_plain(definition, self._assets, self.settings, self._instance, on, self._watch)
        return self._explain(built)

    def count_steps(self, job: str) -> int:
        """Return how many steps a job has."""
        return len(self._definitions.resolve_job_def(job).nodes)

    def stale_dates(self, before: date) -> list[date]:
        """Return the dates before `before` that landed and are not, or no longer, as published."""
        policy = load_policy(self.settings.policy)
        return list_stale_dates(Lake(self.settings.lake), self.settings.landing, before, policy.history.window_days)

    def _explain(self, result: RunResult) -> RunResult:
        """Return the result, its error with what is behind it: a full disk, or what is damaged in the lake."""
        if result.error is None:
            return result
        full = say_full(result.error, self.settings.home)
        if full is not None:
            return replace(result, error=f"{result.error}\n  cause: {full}\n  fix: {FIX}")
        return replace(result, error=explain_failure(result.error, Lake(self.settings.lake)))

    def _report(self, job: str, on: date, entry: dg.EventLogEntry) -> None:
        event = entry.dagster_event
        if event is not None and event.event_type in STEP_STATES and event.step_key:
            seconds = event.step_success_data.duration_ms / 1000 if event.is_step_success else None
            self._watch(StepEvent(job, on, event.step_key, STEP_STATES[event.event_type], seconds))


@contextmanager
def open_runner(settings: Settings, watch: Watch) -> Iterator[Runner]:
    """Yield a runner that has the home to itself.

    Raises:
        TidewaiterError: another process is running jobs in this home.
        LandingError, PolicyError: a folder is missing or a policy file is wrong.
        FullDiskError: the disk has no room for what the runner, or whoever has it, writes.
    """
    check_landing(settings.landing)
    load_policy(settings.policy)
    _make_home(settings)
    with tell_full_disk(settings.home), _lock(settings):
        Lake(settings.lake).sweep()
        with open_instance(settings) as instance:
            _end_killed_runs(instance)
            yield Runner(settings, instance, watch)


def _end_killed_runs(instance: dg.DagsterInstance) -> None:
    """Mark as failed what a killed command left as running, and give back the pool slots it held.

    Whoever holds the lock knows that no other command runs; a slot left behind would be waited for without end.
    """
    open_states = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.NOT_STARTED]
    for run in instance.get_runs(dg.RunsFilter(statuses=open_states, tags={STARTED_BY: "command"})):
        instance.report_run_failed(run, "the command that ran it was killed")
        instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)


def _make_home(settings: Settings) -> None:
    if set(str(settings.home)) & set("*?["):
        raise HomeError(f"home {settings.home} has one of * ? [ in its path.", fix="name another with --home")
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise HomeError(
            f"home {settings.home} cannot be made: {problem.strerror}.", fix="name another with --home"
        ) from problem


@contextmanager
def _lock(settings: Settings) -> Iterator[None]:
    with (settings.home / ".lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            raise TidewaiterError(
                f"another command is running a night in {settings.home}.", fix="wait for it, or use another --home"
            ) from busy
        yield


def _read_result(job: str, on: date, result: dg.ExecuteInProcessResult) -> RunResult:
    failures = [event for event in result.all_events if event.is_step_failure]
    return RunResult(
        job=job,
        on=on,
        run_id=result.run_id,
        succeeded=result.success,
        error=_describe_failure(failures[0]) if failures else None if result.success else "the run did not start",
        failed_checks=tuple(describe_check(each) for each in result.get_asset_check_evaluations() if not each.passed),
        step_seconds={
            event.step_key or "": event.step_success_data.duration_ms / 1000
            for event in result.all_events
            if event.is_step_success
        },
        notes=_read_notes(result),
    )


def _read_notes(result: dg.ExecuteInProcessResult) -> dict[str, str]:
    """Return what the assets say in words: how the night was scored, which model was made."""
    found: dict[str, str] = {}
    for event in result.all_events:
        if event.is_step_materialization:
            metadata = event.step_materialization_data.materialization.metadata
            found |= {key: str(metadata[key].value) for key in NOTES if key in metadata}
    return found


def _describe_failure(event: dg.DagsterEvent) -> str:
    """Return our own error if there is one in the chain of causes, else the first cause."""
    chain = []
    error = event.step_failure_data.error
    while error is not None:
        chain.append(error)
        error = error.cause
    own = [each for each in chain if each.cls_name in OWN_ERRORS]
    error = own[0] if own else chain[-1] if chain else None
    message = error.message.strip() if error else "no message"
    return (
        f"step {event.step_key}: {message.removeprefix(f'tidewaiter.errors.{error.cls_name}: ') if error else message}"
    )
