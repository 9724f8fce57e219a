-- grain: shipper or seller seen on the date; inputs: party_shipment_entity, feature_entity (of the date, kind pair)
-- the share of its shipments whose shipper and consignee had not met within the window of pairs
with pair as (
    select shipper_id, seller_id, coalesce(entity.first_seen_days = 0, false)::integer as is_new
    from party_shipment_entity as link
    join feature_entity as entity on entity.entity_kind = 'pair' and entity.entity_id = link.pair_id
)
select 'shipper' as entity_kind, md5_number_lower('shipper|' || shipper_id) as entity_key, avg(is_new) as share
from pair where shipper_id is not null group by shipper_id
union all
select 'seller', md5_number_lower('seller|' || seller_id), avg(is_new)
from pair where seller_id is not null group by seller_id
