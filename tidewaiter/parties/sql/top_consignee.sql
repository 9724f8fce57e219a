-- grain: shipper seen on the date with a consignee; inputs: party_shipment_entity
-- the share of its shipments that its commonest consignee has
with pair as (
    select shipper_id, pair_id, count(*) as shipments_n from party_shipment_entity
    where pair_id is not null group by shipper_id, pair_id
)
select shipper_id as entity_id, max(shipments_n) / sum(shipments_n) as share from pair group by shipper_id
