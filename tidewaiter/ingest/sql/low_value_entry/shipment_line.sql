-- grain: entry x line as it stands; inputs: kept_low_value_entry
-- an entry of one row needs no look at others
with shared as (
    select hash(entry_number) as digest from kept_low_value_entry group by digest having count(*) > 1
),
line as (
    select *,
        row_number() over (partition by entry_number, line_number
            order by filed_at desc, source_file desc, source_line desc) = 1 and record_status <> 'cancelled' as stands,
        max(filed_at) over (partition by entry_number) as newest_filed_at
    from kept_low_value_entry where hash(entry_number) in (from shared)
    union all
    select *, record_status <> 'cancelled' as stands, filed_at as newest_filed_at
    from kept_low_value_entry where hash(entry_number) not in (from shared)
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
