-- grain: entity that alarms on the date; inputs: change_next (tonight's state), kind_quota, change_clock, entity_tonight,
-- top_consignee (share of a shipper's commonest consignee tonight)
-- of an entity the series and direction that has moved most; of a kind as many as its quota, the most moved first
with moved as (
    select entity_kind, entity_key, entity_id, series, unnest([
        {direction: 'up', score: up, since_on: up_on, level_before: up_mean, level_sum: up_sum, nights_n: up_nights_n},
        {direction: 'down', score: down, since_on: down_on, level_before: down_mean, level_sum: down_sum,
         nights_n: down_nights_n}], recursive := true),
        first_on, nights_n as watched_nights_n,
        max(alarmed_on) over (partition by entity_kind, entity_key) as alarmed_on
    from change_next
),
ready as (
    select moved.* from moved cross join change_clock
    where score >= min_score and watched_nights_n >= warm_up_nights
        and (series <> 'volume' or level_before >= usual_min_n)
        and (alarmed_on is null or alarmed_on < today - quiet_days)
    qualify row_number() over (partition by entity_kind, entity_key order by score desc, series, direction) = 1
),
ranked as (
    select *, row_number() over (partition by entity_kind order by score desc, entity_id) as place from ready
)
select
    ranked.entity_kind, ranked.entity_key, ranked.entity_id, series, direction, score, since_on, level_before,
    level_sum / nights_n as level_since, nights_n, first_on, place,
    tonight.shipments_n, top.share as top_consignee_share
from ranked
join kind_quota on kind_quota.entity_kind = ranked.entity_kind and place <= kind_quota.quota
left join entity_tonight as tonight using (entity_key)
left join top_consignee as top on top.entity_id = ranked.entity_id and ranked.entity_kind = 'shipper'
order by ranked.entity_kind, place
