-- mart.landed_file: one row a file that landed on the date.
-- binds: $on, the date.
select $on::date as date, landed.*
from core_landed_file as landed
