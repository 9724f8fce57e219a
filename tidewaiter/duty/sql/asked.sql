-- grain: tariff number of eight digits or more x class of origins that is asked for, in itself or below a short number
-- inputs: declared_pair, origin_class, node
with pair as (
    select distinct hts10, class_origin from declared_pair join origin_class using (origin_country)
)
select hts10 as hts_code, class_origin from pair where length(hts10) >= 8
union
select node.hts_code, pair.class_origin
from pair
cross join (select unnest([4, 5, 6, 7]) as digits) as cut
join node on left(node.hts_code, digits) = pair.hts10 and length(pair.hts10) = digits
