-- mart.quality_result: one row a rule that was looked at, as quality.result has it.
-- binds: $on, the date.
select $on::date as date, result.*
from quality_result as result
