-- grain: origin: the rate that sets what its postal items owe; inputs: origin, fact, fact_origin, fact_prefix
-- only emergency duties on all goods count; empty where one of them is not known, nought where there is none
select origin_country, case when count(fact_id) = count(rate) then coalesce(sum(rate), 0) end as rate
from origin
left join (
    select fact_origin.origin_country, fact_id, rate
    from fact_origin join fact using (fact_id) join fact_prefix using (fact_id)
    where starts_with(action, 'ieepa') and hts_prefix = ''
) as emergency using (origin_country)
group by origin_country
