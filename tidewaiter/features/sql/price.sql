-- grain: shipment with a price; key: (hs6, origin_country); window: the counted_on dates given, all before the date
-- inputs: tonight (shipment_id, hs6, origin_country, usd_per_kg), history (hs6, origin_country, price_band, shipments_n;
-- what the date takes back included)
-- leak rule: history counts up to the day before, as known on the date, so a shipment is never its own comparison
-- a band whose shipments are all taken back is not there, nor is one below zero, which a history rebuilt in part can have
with banded as (
    select hs6, origin_country, price_band, sum(shipments_n) as shipments_n from history group by all
    having sum(shipments_n) > 0
),
running as (
    select *,
        sum(shipments_n) over (partition by hs6, origin_country order by price_band) as up_to_n,
        sum(shipments_n) over (partition by hs6, origin_country) as all_n
    from banded
),
middle as (
    select hs6, origin_country, min(price_band) filter (where 2 * up_to_n >= all_n) as band, any_value(all_n) as all_n
    from running group by hs6, origin_country
)
select
    tonight.shipment_id,
    ln(tonight.usd_per_kg) - (middle.band + 0.5) / 20 as price_log_ratio,
    coalesce(middle.all_n, 0) as price_history_n,
    exp((middle.band + 0.5) / 20) as price_median_usd_kg
from tonight left join middle using (hs6, origin_country)
