-- grain: unlocode; inputs: kept_schedule_k, code_country; ports of Schedule D (US, PR) are not foreign
-- a code of four digits on a foreign port is of no schedule that is known here, so it is left out
select
    unlocode,
    case when length(census_schedule_code) = 5 then census_schedule_code end as schedule_k_code,
    name,
    code_country.code as country,
    latitude_deg,
    longitude_deg,
    source_file
from kept_schedule_k left join code_country on code_country.code = left(unlocode, 2)
where left(unlocode, 2) not in ('US', 'PR')
qualify row_number() over (partition by unlocode order by source_file, source_line) = 1
