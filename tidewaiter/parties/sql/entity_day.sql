-- grain: entity_kind x entity_id x counted_on; inputs: party_shipment_entity (of the date), replaced_entity
-- (shipment_entity of earlier dates, of the shipments that this date replaces or removes); binds: $on, the date
-- entity_key is half of the md5 of kind and entity: eight bytes that later nights find an entity by, instead of its text
-- every column adds up over days, and over the partitions of days: what is taken back has a minus sign
with counted as (
    select * exclude (shipment_id), $on::date as counted_on, 1 as sign from party_shipment_entity
    union all by name
    select * exclude (shipment_id), -1 as sign from replaced_entity
)
select
    entity_kind,
    md5_number_lower(entity_kind || '|' || entity_id) as entity_key,
    entity_id,
    counted_on,
    sum(sign)::bigint as shipments_n,
    coalesce(sum(sign * value_usd), 0) as value_usd,
    coalesce(sum(sign * gross_weight_kg), 0) as gross_weight_kg
from (
    unpivot counted
    on shipper_id as shipper, seller_id as seller, consignee_id as consignee, filer_id as filer,
       tariff_line_id as tariff_line, line_origin_id as line_origin, lane_id as lane, pair_id as pair
    into name entity_kind value entity_id
)
group by entity_kind, entity_id, counted_on
order by entity_kind, entity_key, entity_id, counted_on
