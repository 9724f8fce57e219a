-- grain: hs6 x origin_country x price_band of the date; inputs: core_shipment; counts add up over days
select
    left(hts10, 6) as hs6,
    origin_country,
    floor(20 * ln(value_usd::double / gross_weight_kg::double))::integer as price_band,
    count(*) as shipments_n
from core_shipment
where value_usd > 0 and gross_weight_kg > 0 and length(hts10) >= 6 and origin_country is not null
group by all
order by all
