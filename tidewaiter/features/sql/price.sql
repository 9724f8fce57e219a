-- grain: shipment with a price; key: (hs6, origin_country); window: the counted_on dates given, all before the date
-- inputs: tonight (shipment_id, hs6, origin_country, mode_group, usd_per_kg), history (hs6, origin_country, mode_group,
-- price_band, shipments_n; what the date takes back included)
-- leak rule: history counts up to the day before, as known on the date, so a shipment is never its own comparison
-- a band whose shipments are all taken back is not there, nor is one below zero, which a history rebuilt in part can have
-- the spread is the median distance from the median (MAD), at least one band, times 1.4826: that of a normal distribution
with banded as (
    select hs6, origin_country, mode_group, price_band, sum(shipments_n) as shipments_n
    from history semi join tonight using (hs6, origin_country) group by all
    having sum(shipments_n) > 0
),
levelled as (
    select hs6, origin_country, mode_group, price_band, sum(shipments_n) as shipments_n
    from banded group by grouping sets ((hs6, origin_country, price_band), (hs6, origin_country, mode_group, price_band))
),
running as (
    select *,
        sum(shipments_n) over (partition by hs6, origin_country, mode_group order by price_band) as up_to_n,
        sum(shipments_n) over (partition by hs6, origin_country, mode_group) as all_n
    from levelled
),
middle as (
    select hs6, origin_country, mode_group, min(price_band) filter (where 2 * up_to_n >= all_n) as band,
        any_value(all_n) as all_n
    from running group by hs6, origin_country, mode_group
),
distance as (
    select hs6, origin_country, abs(price_band - band) as bands, sum(levelled.shipments_n) as shipments_n
    from levelled join middle using (hs6, origin_country)
    where levelled.mode_group is null and middle.mode_group is null
    group by all
),
near as (
    select *, sum(shipments_n) over (partition by hs6, origin_country order by bands) as up_to_n,
        sum(shipments_n) over (partition by hs6, origin_country) as all_n
    from distance
),
spread as (
    select hs6, origin_country, greatest(min(bands) filter (where 2 * up_to_n >= all_n), 1) * 1.4826 / 20 as spread
    from near group by hs6, origin_country
)
select
    tonight.shipment_id,
    ln(tonight.usd_per_kg) - (middle.band + 0.5) / 20 as price_log_ratio,
    (ln(tonight.usd_per_kg) - (middle.band + 0.5) / 20) / spread.spread as price_deviation_n,
    ln(tonight.usd_per_kg) - (by_mode.band + 0.5) / 20 as price_mode_log_ratio,
    coalesce(middle.all_n, 0) as price_history_n,
    exp((middle.band + 0.5) / 20) as price_median_usd_kg
from tonight
left join middle on middle.hs6 = tonight.hs6 and middle.origin_country = tonight.origin_country
    and middle.mode_group is null
left join middle as by_mode on by_mode.hs6 = tonight.hs6 and by_mode.origin_country = tonight.origin_country
    and by_mode.mode_group = tonight.mode_group
left join spread on spread.hs6 = tonight.hs6 and spread.origin_country = tonight.origin_country
