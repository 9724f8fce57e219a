-- grain: tariff line; inputs: kept_hts
select hts8 as hts_code, brief_description as description, source_file
from kept_hts where brief_description is not null
order by hts_code
