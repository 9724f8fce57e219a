-- mart.quality_measure: one row a figure of the date, as quality.measure has it.
-- binds: $on, the date.
select $on::date as date, measure.*
from quality_measure as measure
