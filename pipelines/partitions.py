"""How assets are partitioned: by business date.

Dagster offers the dates up to today. A command may go further, where files have landed: a simulated world has a
calendar of its own, and a machine's clock may be behind.

Belongs here: the partition definitions, which dates can have a run.
Belongs elsewhere: which assets use them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import dagster as dg

from sample_data.make import DEFAULT_LAST_DAY
from tidewaiter.errors import DateError
from tidewaiter.ingest.landed import list_dates
from tidewaiter.ingest.registry import DATED_FEEDS

FIRST_DAY = "2016-01-01"
# A training may follow the last night that landed by so much.
AHEAD = timedelta(days=7)

# Today is the last date; on a machine whose clock is behind, the sample's last date is.
_DAYS_BEHIND = (DEFAULT_LAST_DAY - datetime.now(UTC).date()).days
DAILY = dg.DailyPartitionsDefinition(start_date=FIRST_DAY, end_offset=max(1, _DAYS_BEHIND + 1))


def check_day(on: date, landing: Path) -> None:
    """Raise DateError for a date that no run can have."""
    has_begun = on.isoformat() in DAILY.get_partition_keys()
    if not has_begun and not date.fromisoformat(FIRST_DAY) <= on <= _last_landed(landing) + AHEAD:
        raise DateError(
            f"{on} is before {FIRST_DAY} or has not begun, and nothing has landed for it.", fix="name another date"
        )


@contextmanager
def reach(on: date) -> Iterator[None]:
    """Let Dagster take a date that its clock has not come to as a partition."""
    needed = datetime.combine(on + timedelta(days=1), time(), UTC)
    with dg.partition_loading_context(effective_dt=max(needed, datetime.now(UTC))):
        yield


def _last_landed(landing: Path) -> date:
    """Return the newest date with a folder of its own."""
    return max(
        (day for feed in DATED_FEEDS for day in list_dates(landing, feed)), default=date.fromisoformat(FIRST_DAY)
    )
