-- grain: shipment whose goods text and consignee address others have too; inputs: core_shipment, core_shipment_party,
-- party_shipment_entity
with told as (
    select shipment.shipment_id, hash(lower(trim(shipment.description))) as text_key,
        hash(lower(trim(party.address)), left(party.postal_code, 5)) as address_key, link.consignee_id
    from core_shipment as shipment
    join core_shipment_party as party on party.shipment_id = shipment.shipment_id and party.role = 'consignee'
    join party_shipment_entity as link on link.shipment_id = shipment.shipment_id
    where shipment.description is not null and party.address is not null and link.consignee_id is not null
    qualify row_number() over (partition by shipment.shipment_id order by party.party_number) = 1
),
shared as (
    select text_key, address_key, count(distinct consignee_id) as consignees_n from told group by all
    having count(distinct consignee_id) > 1
)
select told.shipment_id, shared.consignees_n from told join shared using (text_key, address_key)
