-- grain: entity_kind x entity_id x counted_on; inputs: tonight (party.entity_day of the night); binds: $day, the past day
-- six in ten of tonight's entities were there on any one day, others stand in for the rest: as many rows a day as tonight
with placed as (
    select *, hash(entity_kind, entity_key, $day::date) % 10 < 6 as is_known from tonight
),
named as (
    select placed.* replace (
        case when is_known then entity_id else entity_id || '~' || $day::date end as entity_id, $day::date as counted_on
    ) from placed
)
select * exclude (is_known) replace (md5_number_lower(entity_kind || '|' || entity_id) as entity_key) from named
