-- grain: six- or four-digit number x class of origins x the two lines below it of the highest rates; inputs: rate
-- only rates that are wholly a share of the value compare without knowing quantities
select left(hts8, digits) as group_code, class_origin, hts8, rate,
    row_number() over (partition by digits, left(hts8, digits), class_origin order by rate desc, hts8) as place
from rate cross join (select unnest([6, 4]) as digits) as cut
where hts_code = hts8 and rate is not null and specific_usd + other_usd = 0
qualify place <= 2
