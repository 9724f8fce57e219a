"""How assets are partitioned: by business date.

Belongs here: the partition definitions.
Belongs elsewhere: which assets use them.
"""

from datetime import UTC, datetime

import dagster as dg

from sample_data.make import DEFAULT_LAST_DAY

FIRST_DAY = "2016-01-01"

# Today is the last date; on a machine whose clock is behind, the sample's last date is.
_DAYS_BEHIND = (DEFAULT_LAST_DAY - datetime.now(UTC).date()).days
DAILY = dg.DailyPartitionsDefinition(start_date=FIRST_DAY, end_offset=max(1, _DAYS_BEHIND + 1))
