"""When jobs run by themselves.

Belongs here: schedules.
Belongs elsewhere: reacting to files (sensors.py).
"""

import dagster as dg

from pipelines.jobs import NIGHTLY, TRAIN

nightly_schedule = dg.build_schedule_from_partitioned_job(
    NIGHTLY, hour_of_day=2, minute_of_hour=0, description="Each night at 02:00 UTC, for the day before."
)


@dg.schedule(job=TRAIN, cron_schedule="0 5 * * 0", execution_timezone="UTC")
def weekly_training(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """Each Sunday at 05:00 UTC, on what is known by then."""
    return dg.RunRequest(partition_key=context.scheduled_execution_time.date().isoformat())


SCHEDULES = [nightly_schedule, weekly_training]
