-- grain: row of party.entity_day that is counted before the date, within the window of its kind
-- inputs: entity_day_recent (partitions of the window), entity_day_older (of the rest of the long window),
-- party_entity_day (of the date, for what it takes back); variables: today, recent_on, long_on, lasting_kinds
with lasting as (
    select entity_kind, entity_key, entity_id, counted_on, shipments_n, value_usd, gross_weight_kg
    from entity_day_older where list_contains(getvariable('lasting_kinds')::varchar[], entity_kind)
),
recent as (
    select entity_kind, entity_key, entity_id, counted_on, shipments_n, value_usd, gross_weight_kg
    from (from entity_day_recent union all by name from party_entity_day)
)
select * from lasting where counted_on >= getvariable('long_on')
union all
select * from recent
where counted_on < getvariable('today')
    and (counted_on >= getvariable('recent_on')
        or (counted_on >= getvariable('long_on')
            and list_contains(getvariable('lasting_kinds')::varchar[], entity_kind)))
