-- grain: entry x line as it stands; inputs: kept_low_value_entry
with line as (
    select *,
        row_number() over (partition by entry_number, line_number
            order by filed_at desc, source_file desc, source_line desc) = 1 and record_status <> 'cancelled' as stands,
        max(filed_at) over (partition by entry_number) as newest_filed_at
    from kept_low_value_entry
)
select
    'entry:' || entry_number as shipment_id,
    'entry:' || entry_number || '@' || epoch_us(newest_filed_at) as version_key,
    line_number,
    hts10,
    origin_country,
    description,
    quantity,
    quantity_unit,
    gross_weight_kg,
    value_usd,
    listed_price_usd,
    product_id
from line where stands
