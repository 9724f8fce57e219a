-- grain: declared number of fewer than eight digits x class of origins; inputs: declared_code, rate
-- the rate is known when all lines below it owe the same; else the least and the greatest are given, if all are known
with below as (
    select code.hts_code as short_code, rate.*
    from declared_code as code join rate on starts_with(rate.hts_code, code.hts_code) and length(rate.hts_code) = 8
    where length(code.hts_code) < 8 and rate.hts8 is not null
),
summed as (
    select short_code, class_origin, count(*) as lines_n,
        count(rate) = count(*) as is_known,
        count(distinct (rate, specific_usd, specific_unit, other_usd, other_unit)) = 1 as is_one,
        max(specific_usd + other_usd) = 0 as is_plain,
        min(rate) as rate_min, max(rate) as rate_max, max(specific_usd) as specific_usd,
        max(specific_unit) as specific_unit, max(other_usd) as other_usd, max(other_unit) as other_unit,
        count(distinct chain) = 1 as is_one_chain, min(chain) as chain, max(snapshot_on) as snapshot_on,
        array_to_string(list_sort(list_distinct(flatten(list(string_split(ids, ' '))))), ' ') as ids, bool_or(has_action) as has_action, bool_and(is_checked) as is_checked,
        bool_or(has_section_301) as has_section_301, bool_or(has_section_232) as has_section_232,
        bool_or(has_adcvd) as has_adcvd
    from below group by short_code, class_origin
)
select short_code as hts_code, class_origin, null::varchar as hts8, snapshot_on,
    case when is_known and is_one then rate_min end as rate,
    case when is_one then specific_usd end as specific_usd, case when is_one then specific_unit end as specific_unit,
    case when is_one then other_usd end as other_usd, case when is_one then other_unit end as other_unit,
    case when is_known and is_one and is_one_chain then chain
        when is_known and is_one then write_percent(rate_min) || ' on each line below ' || short_code
        else 'unknown on the lines below ' || short_code end as chain,
    case when not (is_known and is_one) then 'the tariff number has fewer than eight digits and its lines differ' end
        as unknown,
    nullif(ids, '') as ids, has_action, is_checked, has_section_301, has_section_232, has_adcvd,
    case when is_known and is_plain and not is_one then rate_min end as rate_min,
    case when is_known and is_plain and not is_one then rate_max end as rate_max
from summed
