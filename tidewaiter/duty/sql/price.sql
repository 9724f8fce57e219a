-- grain: six-digit number x origin: the median declared value a kilogram; inputs: price_history (bands of earlier days)
-- leak rule: the days given all end before the date; the middle of the band that holds the median stands for it
with banded as (
    select hs6, origin_country, price_band, sum(shipments_n) as shipments_n from price_history group by all
),
running as (
    select *,
        sum(shipments_n) over (partition by hs6, origin_country order by price_band) as up_to_n,
        sum(shipments_n) over (partition by hs6, origin_country) as all_n
    from banded
)
select hs6, origin_country,
    exp((min(price_band) filter (where 2 * up_to_n >= all_n) + 0.5) / 20)::decimal(18, 4) as median_usd_kg
from running group by hs6, origin_country
