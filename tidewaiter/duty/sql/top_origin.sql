-- grain: declared number x the two origins that owe most on it under a duty that names origins, column 2 left out
-- inputs: code_rate, origin_class, declared_code
select hts_code, class_origin, rate, specific_usd, specific_unit, other_usd, other_unit,
    row_number() over (partition by hts_code order by rate desc, class_origin) as place
from code_rate
join (select distinct class_origin from origin_class where is_named and not is_column_2) as class using (class_origin)
where rate is not null and has_action and hts_code in (select hts_code from declared_code)
qualify place <= 2
