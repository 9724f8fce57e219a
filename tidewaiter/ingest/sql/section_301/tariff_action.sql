-- grain: tariff line x list; inputs: kept_section_301; the dates of a list are policy
select 'section_301' as action, list as list_name, hts8 as hts_prefix, ch99_code, date '1950-01-01' as valid_from,
    null::varchar as source, source_file
from kept_section_301
order by list_name, hts_prefix
