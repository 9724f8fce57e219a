-- grain: bill x filing x description of goods (N10); inputs: kept_ocean_x12_309_goods, _bill, code_* lists
-- the value (N1006) is in whole units of its currency; it is known in US dollars only
select
    concat('ocean:', issuer_code, bill_number, '#' || nullif(bill_occurrence, 1)) as shipment_id,
    concat(source_file, '#', bill_position) as version_key,
    row_number() over (partition by source_file, bill_position order by goods.source_line)::integer as line_number,
    case when commodity_qualifier = 'J' and regexp_matches(replace(commodity_code, '.', ''), '^[0-9]{4,10}$')
         then replace(commodity_code, '.', '') end as hts10,
    country.code as origin_country,
    description,
    goods.quantity,
    coalesce(goods.manifest_unit, bill.manifest_unit) as quantity_unit,
    try_cast(goods.weight::decimal(38, 3) * unit.meaning::decimal(18, 12) as decimal(18, 3)) as gross_weight_kg,
    case when coalesce(value_currency, 'USD') = 'USD' then customs_value end as value_usd,
    null::decimal(18, 2) as listed_price_usd,
    null::varchar as product_id
from kept_ocean_x12_309_goods as goods
join kept_ocean_x12_309_bill as bill using (source_file, bill_position)
left join code_weight_unit as unit on unit.code = goods.weight_unit
left join code_country as country on country.code = goods.manufacture_country
order by shipment_id, version_key, line_number
