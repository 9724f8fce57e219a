-- grain and key: entity_key seen on the date; windows: seven days that end on the date, and the 28 before them
-- inputs: tonight (entity_day counted on the date), history (entity_day counted before it), mix (mix_day of both windows),
-- state (change_state of the date), met (share of shipments between parties that had not met); broadcast: clock (today,
-- short_days, long_days)
-- leak rule: nothing after the date; the state of the date has seen its own shipments
-- a difference of volumes is in deviations of a week's sum, which are those of its days, at least as much as chance alone makes;
-- a mix has moved by the G statistic of its parts, each half a shipment larger than counted, as a normal deviate (Fisher)
with daily as (
    select entity_key, counted_on, sum(shipments_n) as shipments_n, sum(value_usd) as value_usd
    from (
        select entity_key, counted_on, shipments_n, value_usd from history
        union all
        select entity_key, counted_on, shipments_n, value_usd from tonight
    ) cross join clock semi join tonight using (entity_key)
    where counted_on > today - short_days - long_days group by all
),
windowed as (
    select entity_key,
        greatest(coalesce(sum(shipments_n) filter (where counted_on > today - short_days), 0), 0)::double as short_n,
        greatest(coalesce(sum(shipments_n) filter (where counted_on <= today - short_days), 0), 0)::double as long_n,
        coalesce(sum(shipments_n * shipments_n) filter (where counted_on <= today - short_days), 0)::double as long_square,
        sum(value_usd) filter (where counted_on > today - short_days)::double as short_usd,
        sum(value_usd) filter (where counted_on <= today - short_days)::double as long_usd,
        any_value(short_days) as short_days, any_value(long_days) as long_days
    from daily cross join clock group by entity_key
),
parted as (
    select entity_key, part,
        greatest(coalesce(sum(shipments_n) filter (where counted_on > today - short_days), 0), 0) + 0.5 as short_n,
        greatest(coalesce(sum(shipments_n) filter (where counted_on <= today - short_days), 0), 0) + 0.5 as long_n
    from mix cross join clock semi join tonight using (entity_key)
    where counted_on > today - short_days - long_days group by entity_key, part
),
whole as (
    select entity_key, sum(short_n) as short_all, sum(long_n) as long_all, count(*) - 1 as freedom
    from parted group by entity_key
),
mixed as (
    select entity_key,
        sqrt(greatest(4 * sum(
            short_n * ln(short_n * (short_all + long_all) / (short_all * (short_n + long_n)))
            + long_n * ln(long_n * (short_all + long_all) / (long_all * (short_n + long_n))) order by part), 0))
        - sqrt(2 * any_value(freedom) - 1) as mix_deviation_n
    from parted join whole using (entity_key) where freedom > 0 group by entity_key
),
moved as (select entity_key, max(greatest(up, down)) as change_score from state group by entity_key)
select
    tonight.entity_kind,
    tonight.entity_id,
    (short_n - long_n * short_days / long_days)
        / sqrt(short_days * greatest((long_square - long_n * long_n / long_days) / (long_days - 1), long_n / long_days) + 1)
        as volume_deviation_n,
    case when short_usd > 0 and long_usd > 0 and short_n > 0 and long_n > 0
        then ln((short_usd / short_n) / (long_usd / long_n)) end as unit_value_log_ratio,
    mixed.mix_deviation_n,
    coalesce(moved.change_score, 0) as change_score,
    met.share as new_pairs_share
from tonight
join windowed using (entity_key)
left join mixed using (entity_key)
left join moved using (entity_key)
left join met using (entity_key)
