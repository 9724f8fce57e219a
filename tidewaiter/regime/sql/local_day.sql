-- grain: hour since 1970 that a filing or an arrival is in; inputs: core_shipment
-- binds: $zone, where the law's clock is; $days, the first days between which the rules do not change
-- a time zone costs a second a million rows, and a date has some hundreds of distinct hours
with hour as (
    select distinct epoch_us(filed_at) // 3600000000 as hour_n from core_shipment
    union
    select distinct epoch_us(estimated_arrival_at) // 3600000000 from core_shipment
),
dated as (
    select hour_n, timezone($zone, timezone('UTC', make_timestamp(hour_n * 3600000000)))::date as local_on from hour
)
select hour_n, local_on, list_count(list_filter($days::date[], lambda day: day <= local_on)) as cell from dated
