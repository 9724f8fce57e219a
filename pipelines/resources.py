"""What an asset is given: the folders of the run, its policy, and a connection with a staging folder.

Belongs here: the Dagster resource and the open work of one step.
Belongs elsewhere: the folders' defaults (tidewaiter/settings.py).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import dagster as dg

from data_quality.past import Past
from tidewaiter.engine.duckdb import open_connection
from tidewaiter.lake import Lake
from tidewaiter.night.context import Night
from tidewaiter.policy import load_policy
from tidewaiter.quality.store import Step, read_past
from tidewaiter.settings import Settings

HISTORY_JOB = "history"


@dataclass(frozen=True)
class Work(Night):
    """One step at work on one business date; a rebuild of a past date is validated in one scan a table."""

    is_rebuild: bool = False
    step: str = "step"

    @property
    def quality_step(self) -> Step:
        """Where what this step finds is kept."""
        return Step(self.lake, self.on, self.step)

    @cached_property
    def past(self) -> Past:
        """What this step measured on the nights before."""
        return read_past(self.quality_step, self.policy.expectations.usual)


class Workspace(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The home, landing and policy folders of the run."""

    home: str
    landing: str
    policy: str

    @property
    def settings(self) -> Settings:
        return Settings(Path(self.home), Path(self.landing), Path(self.policy))

    @contextmanager
    def open(self, context: dg.AssetExecutionContext) -> Iterator[Work]:
        """Yield the work of the step's partition; its staging folder is gone afterwards."""
        settings = self.settings
        policy, lake = load_policy(settings.policy), Lake(settings.lake)
        with lake.staging() as scratch, open_connection(policy.engine, scratch) as con:
            on = date.fromisoformat(context.partition_key)
            is_rebuild = context.job_name.startswith(HISTORY_JOB)
            step = context.assets_def.op.name
            yield Work(settings, policy, lake, on, con, scratch, is_rebuild=is_rebuild, step=step)


def build_workspace(settings: Settings) -> Workspace:
    """Return the resource for these folders."""
    return Workspace(home=str(settings.home), landing=str(settings.landing), policy=str(settings.policy))
