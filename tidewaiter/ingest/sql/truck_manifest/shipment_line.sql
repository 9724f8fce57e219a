-- grain: shipment x filing x kind of goods; inputs: kept_truck_manifest_commodity, _shipment, code_weight_unit
select
    concat('truck:', shipment_control_number) as shipment_id,
    concat(source_file, '#', shipment_position) as version_key,
    row_number() over (partition by source_file, shipment_position order by goods.source_line)::integer as line_number,
    hs_code as hts10,
    origin_country,
    description,
    quantity,
    packaging_unit as quantity_unit,
    try_cast(weight::decimal(38, 3) * unit.meaning::decimal(18, 12) as decimal(18, 3)) as gross_weight_kg,
    value_usd,
    null::decimal(18, 2) as listed_price_usd,
    null::varchar as product_id
from kept_truck_manifest_commodity as goods
join kept_truck_manifest_shipment as shipment using (source_file, shipment_position)
join code_weight_unit as unit on unit.code = goods.weight_unit
order by shipment_id, version_key, line_number
