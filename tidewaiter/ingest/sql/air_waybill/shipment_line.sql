-- grain: house air waybill x filing, its one line; inputs: kept_air_waybill
select
    concat('air:', master_awb, '/', house_awb) as shipment_id,
    concat('air:', master_awb, '/', house_awb, '@', epoch_us(filed_at)) as version_key,
    1::integer as line_number,
    hs6 as hts10,
    null::varchar as origin_country,
    description,
    pieces::decimal(18, 3) as quantity,
    'PCS' as quantity_unit,
    gross_weight_kg,
    declared_value_usd as value_usd,
    null::decimal(18, 2) as listed_price_usd,
    null::varchar as product_id
from kept_air_waybill
order by shipment_id, version_key
