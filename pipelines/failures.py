"""What happens when a run fails: a note a person can read at 4 a.m.

Belongs here: the run-failure sensor and the note it writes.
Belongs elsewhere: the errors themselves (tidewaiter/errors.py).
"""

from pathlib import Path

import dagster as dg

from pipelines.resources import Workspace


@dg.run_failure_sensor(
    default_status=dg.DefaultSensorStatus.RUNNING,
    monitor_all_code_locations=True,
    description="Writes HOME/failures/<date>_<run>.md for each failed run: which step, why, and what to do.",
)
def failure_note(context: dg.RunFailureSensorContext, workspace: Workspace) -> None:
    """The note is there when the sensor has run."""
    write_note(context, workspace.settings.home / "failures")


def write_note(context: dg.RunFailureSensorContext, folder: Path) -> Path:
    """Write the note of a failed run and return its path."""
    run = context.dagster_run
    folder.mkdir(parents=True, exist_ok=True)
    note = folder / f"{run.tags.get('dagster/partition', 'no-date')}_{run.run_id[:8]}.md"
    lines = [f"# {run.job_name} failed", "", context.failure_event.message or "", ""]
    for event in context.get_step_failure_events():
        error = event.step_failure_data.error
        cause = error.cause.message if error and error.cause else error.message if error else "no message"
        lines += [f"## Step {event.step_key}", "", cause.strip(), ""]
    lines += [f"What its checks found: tidewaiter quality --date {run.tags.get('dagster/partition', 'DATE')}", ""]
    lines += [f"Run {run.run_id}. What was published before stays as it was; correct the cause and run the date again."]
    note.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return note


FAILURE_SENSORS = [failure_note]
