"""When jobs run by themselves.

Belongs here: schedules.
Belongs elsewhere: reacting to files (sensors.py).
"""

from datetime import timedelta

import dagster as dg

from pipelines.jobs import NIGHTLY, TRAIN


@dg.schedule(job=NIGHTLY, cron_schedule="0 2 * * *", execution_timezone="UTC")
def nightly_schedule(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """Each night at 02:00 UTC, for the day before. Off until switched on."""
    day = context.scheduled_execution_time.date() - timedelta(days=1)
    return dg.RunRequest(partition_key=day.isoformat())


@dg.schedule(job=TRAIN, cron_schedule="0 5 * * 0", execution_timezone="UTC")
def weekly_training(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """Each Sunday at 05:00 UTC, on what is known by then."""
    return dg.RunRequest(partition_key=context.scheduled_execution_time.date().isoformat())


SCHEDULES = [nightly_schedule, weekly_training]
