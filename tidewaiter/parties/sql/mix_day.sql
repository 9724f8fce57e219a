-- grain: entity_kind x entity_key x part x counted_on; inputs: party_shipment_entity (of the date), replaced_entity
-- (shipment_entity of earlier dates, of the shipments that this date replaces or removes); binds: $on, the date
-- what a party's, line's or route's shipments are made of: routes of a shipper or seller, chapters of a route, origins of
-- a line; counts add up over days, and over the partitions of days: what is taken back has a minus sign
with counted as (
    select shipper_id, seller_id, tariff_line_id, line_origin_id, lane_id, $on::date as counted_on, 1 as sign
    from party_shipment_entity
    union all
    select shipper_id, seller_id, tariff_line_id, line_origin_id, lane_id, counted_on, -1 as sign from replaced_entity
),
-- summed once by all that is asked for, so that four questions read few rows
summed as (
    select shipper_id, seller_id, tariff_line_id, line_origin_id, lane_id, counted_on, sum(sign) as shipments_n
    from counted group by all having sum(sign) <> 0
),
parted as (
    select 'shipper' as entity_kind, shipper_id as entity_id, lane_id as part, counted_on, shipments_n from summed
    union all
    select 'seller', seller_id, lane_id, counted_on, shipments_n from summed
    union all
    select 'lane', lane_id, left(tariff_line_id, 2), counted_on, shipments_n from summed
    union all
    select 'tariff_line', tariff_line_id, split_part(line_origin_id, '>', 2), counted_on, shipments_n from summed
)
select
    entity_kind,
    md5_number_lower(entity_kind || '|' || entity_id) as entity_key,
    part,
    counted_on,
    sum(shipments_n)::bigint as shipments_n
from parted where entity_id is not null and part is not null
group by all having sum(shipments_n) <> 0
order by all
