-- grain: tariff number x each beginning of it, the empty one included; inputs: node
select hts_code, left(hts_code, digits) as hts_prefix
from node cross join (select unnest(range(0, 11)) as digits) as cut
where digits <= length(hts_code)
