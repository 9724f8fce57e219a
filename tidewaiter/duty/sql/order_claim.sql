-- grain: tariff number x country x anti-dumping or countervailing order that mentions the number
-- inputs: node_prefix, node, reference_adcvd_order
with mentioned as (
    select hts_code, case_number, country_code, benchmark_rate, false as is_partial
    from node_prefix join reference_adcvd_order using (hts_prefix) where hts_prefix <> ''
    union all
    select node.hts_code, case_number, country_code, null, true
    from reference_adcvd_order as given
    cross join (select unnest([8, 9]) as digits) as cut
    join node on node.hts_code = left(given.hts_prefix, digits) and length(node.hts_code) = digits
    where length(given.hts_prefix) > digits
)
select hts_code, country_code as class_origin, 'adcvd ' || case_number as action,
    max(benchmark_rate) as rate,
    null::varchar as fact_id,
    case when case_number like 'A-%' then 'anti-dumping ' else 'countervailing ' end || case_number as label,
    false as is_minimum_total,
    case when max(benchmark_rate) is null then 'the order''s rate or reach at this number is not known' end as why_unknown,
    true as is_checked,
    1000 as place
from mentioned group by hts_code, country_code, case_number
