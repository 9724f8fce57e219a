"""Dagster's own backfill of every table, in this process: `python -m tests.support.backfill DATE...`.

The code location is the one that the UI loads, with the folders that the environment names; the daemon's own code
decides which dates and tables each run takes. Only the launcher is another: it runs a run where it is asked for.

Belongs here: starting a backfill and going on until it is done.
Belongs elsewhere: what came of it (tests).
"""

import logging
import sys
import time
from collections.abc import Sequence

import dagster as dg
import yaml
from dagster._core.execution.backfill import BulkActionStatus, PartitionBackfill
from dagster._core.remote_origin import InProcessCodeLocationOrigin
from dagster._core.test_utils import create_test_daemon_workspace_context
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import InProcessWorkspaceLoadTarget
from dagster._daemon.backfill import execute_backfill_iteration

from pipelines.home import prepare_home
from tidewaiter.document import read_yaml
from tidewaiter.settings import PROJECT, Settings, load_settings

CONFIG = "backfill.yaml"
NAME = "nights"
MOST_ITERATIONS = 20
MODEL = dg.AssetKey(["model", "version"])


def backfill(settings: Settings, dates: Sequence[str]) -> str:
    """Materialize every table but the model for the dates and return the backfill's last status."""
    prepare_home(settings)
    _write_config(settings)
    location = LoadableTargetOrigin(
        executable_path=sys.executable, module_name="pipelines.definitions", working_directory=str(PROJECT)
    )
    target = InProcessWorkspaceLoadTarget(InProcessCodeLocationOrigin(location, location_name="tidewaiter"))
    with (
        dg.DagsterInstance.from_config(str(settings.dagster), CONFIG) as instance,
        create_test_daemon_workspace_context(target, instance) as workspace,
    ):
        _ask(workspace, instance, dates)
        return _go_on(workspace, instance)


def _write_config(settings: Settings) -> None:
    document = read_yaml(settings.dagster / "dagster.yaml")
    for name in ("run_retries", "run_monitoring"):
        del document[name]
    del document["concurrency"]["runs"]
    document["run_launcher"] = {
        "module": "dagster._core.launcher.sync_in_memory_run_launcher",
        "class": "SyncInMemoryRunLauncher",
    }
    document["run_coordinator"] = {"module": "dagster._core.run_coordinator", "class": "DefaultRunCoordinator"}
    (settings.dagster / CONFIG).write_text(yaml.safe_dump(document), encoding="utf-8")


def _ask(workspace: WorkspaceProcessContext, instance: dg.DagsterInstance, dates: Sequence[str]) -> None:
    graph = workspace.create_request_context().asset_graph
    instance.add_backfill(
        PartitionBackfill.from_asset_partitions(
            backfill_id=NAME,
            asset_graph=graph,
            partition_names=dates,
            asset_selection=sorted(graph.materializable_asset_keys - {MODEL}),
            backfill_timestamp=time.time(),
            tags={},
            dynamic_partitions_store=instance,
            all_partitions=False,
            title=None,
            description=None,
            run_config=None,
        )
    )


def _go_on(workspace: WorkspaceProcessContext, instance: dg.DagsterInstance) -> str:
    status = BulkActionStatus.REQUESTED
    for _ in range(MOST_ITERATIONS):
        for problem in execute_backfill_iteration(workspace, logging.getLogger(__name__)):
            if problem is not None:
                raise RuntimeError(problem.to_string())
        found = instance.get_backfill(NAME)
        status = found.status if found else BulkActionStatus.FAILED
        if status != BulkActionStatus.REQUESTED:
            break
    return status.value


if __name__ == "__main__":
    sys.stdout.write(backfill(load_settings(), sys.argv[1:]) + "\n")
