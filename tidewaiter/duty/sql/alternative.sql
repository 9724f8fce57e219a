-- grain: shipment_id x line_number with what would be owed if line, origin or value were another
-- inputs: line_amount, other_line, other_origin, price, duty_method
-- the way duty is found is that of the other origin or value; where it is not by the value, the amount is left out
with other as (
    select amount.*,
        line.other_hts8, take_rate(value_usd, line.other_rate) as line_usd,
        elsewhere.other_origin,
        (take_rate(value_usd, elsewhere.other_rate)
            + case elsewhere.specific_share when 0 then 0 when 1 then full_specific_usd end)::decimal(18, 2) as origin_usd,
        (median_usd_kg * gross_weight_kg)::decimal(18, 2) as median_value_usd,
        take_rate(median_value_usd, amount.rate) + full_specific_usd as value_based_usd,
        coalesce(list_count(list_filter(limits,
            lambda usd: shipment_value_usd - value_usd + median_value_usd > usd)), -1) as median_band
    from line_amount as amount
    left join other_line as line on line.hts_code = hts10 and line.class_origin = amount.class_origin
    left join other_origin as elsewhere on elsewhere.hts_code = hts10 and elsewhere.class_origin = amount.class_origin
    left join price on price.hs6 = left(hts10, 6) and price.origin_country = amount.origin_country
)
select other.*, own.method, own.item_usd,
    case own.method when 'exempt' then case when line_usd is not null then 0 end when 'ad_valorem' then line_usd end as if_line_usd,
    case there.method when 'exempt' then case when other_origin is not null then 0 end when 'ad_valorem' then origin_usd end as if_origin_usd,
    case worth.method when 'exempt' then case when median_value_usd is not null then 0 end
        when 'ad_valorem' then case when unknown is null then value_based_usd end end as if_value_usd
from other
left join duty_method as own
    on own.case_name = name_case(other.origin_country, other.mode_code, other.entry_type, other.value_band)
left join duty_method as there
    on there.case_name = name_case(other.other_origin, other.mode_code, other.entry_type, other.value_band)
left join duty_method as worth
    on worth.case_name = name_case(other.origin_country, other.mode_code, other.entry_type, other.median_band)
