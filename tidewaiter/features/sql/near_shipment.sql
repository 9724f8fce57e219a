-- grain: shipment x role with a party; inputs: party_shipment_entity, party_network
select link.shipment_id, link.role, network.*
from (
    unpivot party_shipment_entity on shipper_id as shipper, seller_id as seller, consignee_id as consignee
    into name role value party_id
) as link
join party_network as network using (party_id)
