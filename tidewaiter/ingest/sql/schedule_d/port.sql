-- grain: port_code; inputs: kept_schedule_d; the rows of whole districts (XX) are no ports
select port_code, port_name as name, district_code, source_file
from kept_schedule_d
where port_code not like '%XX'
qualify row_number() over (partition by port_code order by source_file, source_line) = 1
