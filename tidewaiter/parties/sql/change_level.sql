-- grain: entity seen on the date x series; inputs: entity_tonight (entity_day counted on the date), mix_tonight (mix_day
-- counted on the date), new_pair (share of an entity's shipments between parties that had not met), change_clock
-- leak rule: the date's own shipments only
with seen as (
    select entity_kind, entity_key, entity_id, shipments_n, value_usd::double as value_usd,
        gross_weight_kg::double as gross_weight_kg
    from entity_tonight semi join watched_kind using (entity_kind) where shipments_n > 0
),
top as (
    select entity_kind, entity_key, max(shipments_n) as top_n from mix_tonight
    where entity_kind in ('shipper', 'seller') group by all
)
select entity_kind, entity_key, entity_id, 'volume' as series, shipments_n::double as level from seen
union all
select entity_kind, entity_key, entity_id, 'unit_value', ln(value_usd / shipments_n) from seen where value_usd > 0
union all
select entity_kind, entity_key, entity_id, 'unit_weight', ln(gross_weight_kg / shipments_n) from seen
where gross_weight_kg > 0
union all
select entity_kind, entity_key, entity_id, 'top_lane', top_n / shipments_n
from seen join top using (entity_kind, entity_key) cross join change_clock where shipments_n >= share_min_n
union all
select entity_kind, entity_key, entity_id, 'new_pair', new_pair.share
from seen join new_pair using (entity_kind, entity_key) cross join change_clock where shipments_n >= share_min_n
