-- grain: tariff number x class of origins x action: the fact that counts, before one duty gives way to another
-- inputs: fact_node, fact, fact_origin, origin_class, exempt_node, landed_list
-- the longest number counts, among equals the highest rate; a rate that is not known leaves the action unknown
with held as (
    select fact_node.hts_code, class.origin_country as class_origin, fact_node.digits_n, fact_node.is_partial, fact.*,
        case when is_partial then 'the duty is on some ten-digit numbers of the line only'
            when fact_id in (select fact_id from fact_list where action not in (select list from landed_list))
                then 'its list has not landed'
            when except_list not in (select list from landed_list)
                or unknown_on_list not in (select list from landed_list) then 'the list of goods let off has not landed'
            when fact.rate is null or unknown.list is not null then why_unknown end as why
    from fact_node
    join fact using (fact_id)
    join fact_origin using (fact_id)
    join origin_class as class on class.origin_country = fact_origin.origin_country
        and class.origin_country = class.class_origin
    left join exempt_node as exempt on exempt.hts_code = fact_node.hts_code and exempt.list = fact.except_list
    left join exempt_node as unknown on unknown.hts_code = fact_node.hts_code and unknown.list = fact.unknown_on_list
    where exempt.list is null
),
counted as (
    select *, case when why is null then rate end as known_rate
    from held
    qualify is_partial or digits_n = max(case when not is_partial then digits_n end)
        over (partition by hts_code, class_origin, action)
)
select hts_code, class_origin, action,
    case when count(*) = count(known_rate) then max(known_rate) end as rate,
    case when count(*) = count(known_rate) then arg_max(fact_id, (known_rate, label, fact_id))
        else arg_min(fact_id, fact_id) filter (where known_rate is null) end as fact_id,
    case when count(*) = count(known_rate) then arg_max(label, (known_rate, label, fact_id))
        else arg_min(label, fact_id) filter (where known_rate is null) end as label,
    case when count(*) = count(known_rate) then arg_max(is_minimum_total, (known_rate, label, fact_id))
        else false end as is_minimum_total,
    arg_min(why, fact_id) filter (where known_rate is null) as why_unknown,
    bool_and(is_checked) as is_checked,
    min(place) as place
from counted
group by hts_code, class_origin, action
