-- grain: row of party.entity_day that is counted before the date, within the window of its kind
-- inputs: entity_day_recent (partitions of the window), entity_day_older (of the rest of the long window),
-- party_entity_day (of the date, for what it takes back), lasting_kind, entity_span (today, recent_on, long_on)
with lasting as (
    select entity_kind, entity_key, entity_id, counted_on, shipments_n, value_usd, gross_weight_kg
    from entity_day_older semi join lasting_kind using (entity_kind)
),
recent as (
    select entity_kind, entity_key, entity_id, counted_on, shipments_n, value_usd, gross_weight_kg,
        entity_kind in (select entity_kind from lasting_kind) as is_lasting
    from (from entity_day_recent union all by name from party_entity_day)
)
select * from lasting where counted_on >= (select long_on from entity_span)
union all
select * exclude (is_lasting) from recent
where counted_on < (select today from entity_span)
    and (counted_on >= (select recent_on from entity_span)
        or (is_lasting and counted_on >= (select long_on from entity_span)))
