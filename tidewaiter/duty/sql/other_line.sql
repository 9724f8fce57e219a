-- grain: declared number x class of origins: the line of the highest rate beside it; inputs: declared_code, top_line
-- of the same six digits; where those have no other line, of the same four
with around as (
    select hts_code, left(hts_code, digits) as group_code, digits
    from declared_code cross join (select unnest([6, 4]) as digits) as cut
    where length(hts_code) >= digits
)
select around.hts_code, top.class_origin, top.hts8 as other_hts8, top.rate as other_rate
from around join top_line as top using (group_code)
where top.hts8 <> left(around.hts_code, 8)
qualify row_number() over (partition by around.hts_code, top.class_origin order by digits desc, place) = 1
