"""How assets are partitioned: by business date.

Belongs here: the partition definitions.
Belongs elsewhere: which assets use them.
"""

import dagster as dg

# 81 FR 58831 raised the low-value threshold on 2016-03-10; no feed is older than that year.
FIRST_DAY = "2016-01-01"
DAILY = dg.DailyPartitionsDefinition(start_date=FIRST_DAY, end_offset=1)
