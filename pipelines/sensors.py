"""Reacting to files that land.

Belongs here: the sensor that asks for a date's night when its files change.
Belongs elsewhere: listing files (tidewaiter/ingest/landed.py), failures (failures.py).
"""

import hashlib
import json
from datetime import date

import dagster as dg

from pipelines.jobs import NIGHTLY
from pipelines.partitions import DAILY
from pipelines.resources import Workspace
from tidewaiter.ingest.landed import list_dates, list_files, name_file
from tidewaiter.ingest.registry import DATED_FEEDS
from tidewaiter.lake import Lake


@dg.sensor(
    job=NIGHTLY,
    minimum_interval_seconds=60,
    description="Asks for a night when files of a date land or change, oldest date first. Off until switched on.",
)
def landed_files(context: dg.SensorEvaluationContext, workspace: Workspace) -> dg.SensorResult:
    """A date is asked for once for each set of its files; dates that have a queue when it is switched on are left."""
    found = {day.isoformat(): _describe_files(workspace, day) for day in _landed_dates(workspace)}
    known = json.loads(context.cursor) if context.cursor else _queued_dates(workspace, found)
    changed = [day for day in sorted(found) if known.get(day) != found[day]]
    return dg.SensorResult(
        run_requests=[dg.RunRequest(run_key=f"{day}:{found[day]}", partition_key=day) for day in changed],
        cursor=json.dumps(found, sort_keys=True),
    )


def _landed_dates(workspace: Workspace) -> set[date]:
    """Dates that have a partition: a folder for a day to come waits until that day."""
    landed = {day for feed in DATED_FEEDS for day in list_dates(workspace.settings.landing, feed)}
    partitions = set(DAILY.get_partition_keys())
    return {day for day in landed if day.isoformat() in partitions}


def _queued_dates(workspace: Workspace, found: dict[str, str]) -> dict[str, str]:
    queued = {day.isoformat() for day in Lake(workspace.settings.lake).dates("queue.summary")}
    return {day: files for day, files in found.items() if day in queued}


def _describe_files(workspace: Workspace, on: date) -> str:
    landing = workspace.settings.landing
    files = [path for feed in DATED_FEEDS for path in list_files(landing, feed, on)]
    text = "\n".join(f"{name_file(landing, path)} {path.stat().st_size}" for path in files)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


SENSORS = [landed_files]
