-- grain: shipment_id x line_number with what the tariff asks for, exemptions aside; inputs: line_rate, value_limit
-- value_band counts the limits that the value is over, at which the way duty is found can change
-- a part that is not known leaves the whole unknown; of a rate of nought no value is needed, of no amount no quantity
with part as (
    select * exclude (declared_1, declared_2),
        case when rate = 0 then 0 else take_rate(value_usd, rate) end as full_ad_valorem_usd,
        case when specific_usd = 0 and other_usd = 0 then 0
            else (case when specific_usd = 0 then 0 else specific_usd * specific_quantity end
                + case when other_usd = 0 then 0 else other_usd * other_quantity end)::decimal(18, 2)
        end as full_specific_usd,
        nullif(concat_ws('; ', rate_unknown,
            case when rate > 0 and value_usd is null then 'the value is not declared' end,
            case when specific_usd > 0 and specific_quantity is null
                then concat('the quantity in ', specific_unit, ' is not declared') end,
            case when other_usd > 0 and other_quantity is null
                then concat('the quantity in ', other_unit, ' is not declared') end), '') as unknown
    from line_rate
)
select *,
    case when unknown is null then full_ad_valorem_usd + full_specific_usd end as full_usd,
    case when unknown is null then concat(rate_chain, ' = ',
        concat_ws(' + ',
            case when rate > 0 or specific_usd + other_usd = 0
                then write_percent(rate) || coalesce(' of ' || write_usd(value_usd), '') end,
            case when specific_usd > 0 then concat('USD ', write_number(specific_usd, '6'), ' x ',
                write_number(specific_quantity, '3'), ' ', specific_unit) end,
            case when other_usd > 0 then concat('USD ', write_number(other_usd, '6'), ' x ',
                write_number(other_quantity, '3'), ' ', other_unit) end),
        ' = ', write_usd(full_ad_valorem_usd + full_specific_usd),
        case when has_preference and full_ad_valorem_usd + full_specific_usd > 0 then ' (no preference claimed)' else '' end)
    end as full_chain,
    coalesce(list_count(list_filter(limits, lambda usd: shipment_value_usd > usd)), -1) as value_band
from part cross join value_limit
