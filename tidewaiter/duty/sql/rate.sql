-- grain: tariff number of eight digits or more x class of origins; inputs: base, part, asked
-- words are made for the numbers asked for only; rate is empty when the general rate or any part that is owed is not known; the chain says each part in words
with priced as (
    select base.hts_code, base.class_origin, asked.hts_code is not null as is_asked, part.place, part.action,
        part.label, part.fact_id, part.is_checked,
        case when not part.is_minimum_total then part.rate
            when base.specific_usd + base.other_usd > 0 then null
            when part.rate > base.rate then part.rate - base.rate
            when part.rate <= base.rate then 0 end as rate,
        coalesce(part.why_unknown, 'the least total cannot be compared with a general rate by quantity') as why
    from base join part using (hts_code, class_origin) left join asked using (hts_code, class_origin)
),
added as (
    select hts_code, class_origin, sum(rate) as rate, count(*) = count(rate) as is_known,
        string_agg(case when not is_asked then null when rate is null then 'unknown ' || label else write_percent(rate) || ' ' || label end,
            ' + ' order by place, action) as chain,
        string_agg(case when is_asked and rate is null then label || ': ' || why end, '; ' order by place, action) as unknown,
        string_agg(case when is_asked then fact_id end, ' ' order by fact_id) as ids,
        bool_and(is_checked) as is_checked,
        bool_or(starts_with(action, 'section_301')) as has_section_301,
        bool_or(starts_with(action, 'section_232')) as has_section_232,
        bool_or(starts_with(action, 'adcvd')) as has_adcvd
    from priced group by hts_code, class_origin
)
select base.hts_code, base.class_origin, base.hts8, base.snapshot_on,
    case when coalesce(added.is_known, true) then base.rate + coalesce(added.rate, 0) end as rate,
    base.specific_usd, base.specific_unit, base.other_usd, base.other_unit,
    case when asked.hts_code is not null then concat_ws(' + ',
        case when base.hts8 is null or base.rate is null then 'unknown ' || base.label
            when base.rate > 0 or base.specific_usd + base.other_usd = 0 then write_percent(base.rate) || ' ' || base.label
        end,
        case when base.specific_usd > 0 then
            concat('USD ', write_number(base.specific_usd, '6'), '/', base.specific_unit, ' ', base.label) end,
        case when base.other_usd > 0 then
            concat('USD ', write_number(base.other_usd, '6'), '/', base.other_unit, ' ', base.label) end,
        added.chain) end as chain,
    case when asked.hts_code is not null then nullif(concat_ws('; ', case when base.hts8 is null then write_absence()
        when base.rate is null then base.label || ': the tariff states the rate in words only' end, added.unknown), '') end
        as unknown,
    nullif(concat_ws(' ', base.policy_id, added.ids), '') as ids,
    added.hts_code is not null as has_action,
    coalesce(added.is_checked, true) as is_checked,
    coalesce(has_section_301, false) as has_section_301,
    coalesce(has_section_232, false) as has_section_232,
    coalesce(has_adcvd, false) as has_adcvd
from base
left join added using (hts_code, class_origin)
left join asked using (hts_code, class_origin)
