-- grain: declared number x class of origins: the other class that owes most on the number; inputs: code_rate, top_origin
-- its amounts for each unit, where it has any, are those of the class, or the comparison is left out
select own.hts_code, own.class_origin, top.class_origin as other_origin, top.rate as other_rate,
    case when top.specific_usd + top.other_usd = 0 then 0
        when (top.specific_usd, top.specific_unit, top.other_usd, top.other_unit)
            is not distinct from (own.specific_usd, own.specific_unit, own.other_usd, own.other_unit) then 1
    end as specific_share
from code_rate as own join top_origin as top using (hts_code)
where top.class_origin <> own.class_origin
qualify row_number() over (partition by own.hts_code, own.class_origin order by top.place) = 1
