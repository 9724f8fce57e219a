"""Builds a past date by calling the assets of a job in order, without a Dagster run around them.

A run records some seven hundred events a date, which cost more than the small date itself. Here each asset's own
function runs over one open database; Dagster is told what was made and which checks failed, and knows no run of it.

Belongs here: calling assets, and telling Dagster's instance what came of it.
Belongs elsewhere: runs with all their events (night.py), which dates are built so (history.py).
"""

import time
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from types import SimpleNamespace
from typing import cast

import dagster as dg
import duckdb
import polars as pl

from assets.table import Event
from pipelines.event_log import forget_checks
from pipelines.resources import Work, Workspace
from pipelines.result import FailedCheck, RunResult, StepEvent, Watch
from tidewaiter.engine.duckdb import open_connection, open_session
from tidewaiter.errors import TidewaiterError
from tidewaiter.lake import Lake
from tidewaiter.policy import load_policy
from tidewaiter.settings import Settings

# What stops a date and is told as its failure; anything else is a defect and rises with its traceback.
STOPS = (TidewaiterError, duckdb.Error, pl.exceptions.ComputeError, OSError)


@dataclass
class Told:
    """What the assets of a date said so far."""

    materializations: list[dg.AssetMaterialization] = field(default_factory=list)
    checks: list[dg.AssetCheckResult] = field(default_factory=list)

    def take(self, event: Event, on: date) -> None:
        """Take what an asset yields."""
        if isinstance(event, dg.AssetCheckResult):
            self.checks.append(event)
            return
        if event.asset_key is None:
            raise TypeError("an asset of a date says which table it made")
        made = dg.AssetMaterialization(event.asset_key, partition=on.isoformat(), metadata=event.metadata)
        self.materializations.append(made)
        self.checks += event.check_results or []

    @property
    def failed(self) -> list[dg.AssetCheckResult]:
        """The checks that did not pass."""
        return [check for check in self.checks if not check.passed]


class OpenWorkspace(Workspace):
    """A workspace whose steps share one database of this process, each with a session of its own."""

    _work: Work | None = None

    @contextmanager
    def open(self, context: dg.AssetExecutionContext) -> Iterator[Work]:
        """Yield the work of the step at hand."""
        if self._work is None:
            raise TypeError("no date is open")
        with open_session(self._work.con) as con:
            yield replace(self._work, con=con, step=context.assets_def.op.name)

    @contextmanager
    def open_date(self, on: date) -> Iterator[None]:
        """Let steps of a date be opened while this lasts; its staging folder is gone afterwards."""
        settings = self.settings
        policy, lake = load_policy(settings.policy), Lake(settings.lake)
        # Small dates gain nothing from threads, and another process builds the other half of them beside this one.
        kernel = policy.engine.model_copy(update={"threads": 1})
        with lake.staging() as scratch, open_connection(kernel, scratch) as base:
            self._work = Work(settings, policy, lake, on, base, scratch, is_rebuild=True)
            yield
        self._work = None


def build_plain(
    job: dg.JobDefinition,
    assets: Mapping[str, dg.AssetsDefinition],
    settings: Settings,
    instance: dg.DagsterInstance,
    on: date,
    watch: Watch,
) -> RunResult:
    """Run the assets of a job for a date and return what came of it; what stops the date is in the result, not raised.

    Args:
        assets: by the name of their step.
    """
    workspace = OpenWorkspace(home=str(settings.home), landing=str(settings.landing), policy=str(settings.policy))
    told, seconds, error = Told(), dict[str, float](), None
    with workspace.open_date(on):
        for node in job.graph.nodes_in_topological_order:
            step = node.definition.name
            watch(StepEvent(job.name, on, step, "start"))
            began = time.monotonic()
            try:
                _run_step(assets[step], workspace, on, told)
            except STOPS as stop:
                error = f"step {step}: {stop}"
                watch(StepEvent(job.name, on, step, "failed"))
                break
            seconds[step] = time.monotonic() - began
            watch(StepEvent(job.name, on, step, "done", seconds[step]))
    _report(instance, told, on)
    return RunResult(
        job=job.name,
        on=on,
        run_id=str(uuid.uuid4()),
        succeeded=error is None,
        error=error,
        failed_checks=tuple(describe_check(check) for check in told.failed),
        step_seconds=seconds,
        notes={},
    )


def _run_step(asset: dg.AssetsDefinition, workspace: OpenWorkspace, on: date, told: Told) -> None:
    # An asset asks its context for the date and its own name only: dg.build_asset_context would check each event again.
    context = SimpleNamespace(partition_key=on.isoformat(), assets_def=asset, log=SimpleNamespace(info=_say_nothing))
    compute = asset.op.compute_fn.decorated_fn  # type: ignore[union-attr]
    events: Iterable[Event] = compute(context, workspace)
    for event in events:
        told.take(event, on)


def _say_nothing(_: str) -> None:
    """Take a line of an asset's log."""


def _report(instance: dg.DagsterInstance, told: Told, on: date) -> None:
    """Let Dagster know of every table that was made, and of the checks that failed now."""
    forget_checks(instance, on.isoformat())
    for made in told.materializations:
        instance.report_runless_asset_event(made)
    for check in told.failed:
        instance.report_runless_asset_event(
            dg.AssetCheckEvaluation(
                asset_key=cast("dg.AssetKey", check.asset_key),
                check_name=check.check_name or "",
                passed=False,
                metadata=check.metadata,
                severity=check.severity,
                partition=on.isoformat(),
            )
        )


def describe_check(check: dg.AssetCheckResult | dg.AssetCheckEvaluation) -> FailedCheck:
    """Return a check that did not pass, as far as a person needs it."""
    return FailedCheck(
        table=".".join(check.asset_key.path) if check.asset_key else "",
        check=check.check_name or "",
        severity=check.severity.value,
        found={
            key: str(value.value)
            for key, value in check.metadata.items()
            if not isinstance(value, dg.TableMetadataValue)
        },
    )
