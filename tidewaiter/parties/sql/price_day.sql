-- grain: hs6 x origin_country x mode_group x price_band x counted_on; inputs: core_shipment (of the date), replaced_shipment
-- (core.shipment of earlier dates, of the shipments that this date replaces or removes); binds: $on, the date
-- counts add up over days, and over the partitions of days: what is taken back has a minus sign
with counted as (
    select hts10, origin_country, mode_code, value_usd, gross_weight_kg, $on::date as counted_on, 1 as sign from core_shipment
    union all
    select hts10, origin_country, mode_code, value_usd, gross_weight_kg, counted_on, -1 as sign from replaced_shipment
)
select
    left(hts10, 6) as hs6,
    origin_country,
    left(mode_code, 1) as mode_group,
    floor(20 * ln(value_usd::double / gross_weight_kg::double))::integer as price_band,
    counted_on,
    sum(sign)::bigint as shipments_n
from counted
where value_usd > 0 and gross_weight_kg > 0 and length(hts10) >= 6 and origin_country is not null
group by all
order by all
