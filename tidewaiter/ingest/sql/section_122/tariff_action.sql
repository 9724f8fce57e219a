-- grain: exempt tariff number; inputs: kept_section_122; the dates of the surcharge are policy
select 'section_122_exempt' as action, 'exempt' as list_name, hts8 as hts_prefix, '' as ch99_code,
    date '1950-01-01' as valid_from, null::varchar as source, source_file
from kept_section_122
order by hts_prefix
