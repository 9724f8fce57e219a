-- grain: entity_kind x entity_id of the date; inputs: party_shipment_entity; every column adds up over days
select
    entity_kind,
    entity_id,
    count(*) as shipments_n,
    coalesce(sum(value_usd), 0) as value_usd,
    coalesce(sum(gross_weight_kg), 0) as gross_weight_kg
from (
    unpivot party_shipment_entity
    on shipper_id as shipper, seller_id as seller, consignee_id as consignee, filer_id as filer,
       tariff_line_id as tariff_line, lane_id as lane, pair_id as pair
    into name entity_kind value entity_id
)
group by entity_kind, entity_id
order by entity_kind, entity_id
