-- grain: party x what is filed of it in a role (x shipment, where one party has two roles of it); inputs:
-- core_shipment_party, party_alias, party_shipment_entity
-- the party is the one that shipment_entity names in the role; what one party leaves empty is not another's of its role:
-- the first with an account or a usable name is taken as a whole, which is mostly the first of all
with nobody as (select distinct name from party_alias where is_placeholder),
party as (
    select shipment_id, role, party_number, address, left(postal_code, 5) as postal_code, country, phone, email, account,
        account is not null or (name is not null and name not in (from nobody)) as is_usable
    from core_shipment_party where role in ('shipper', 'seller', 'consignee')
),
first_party as (
    select * exclude (party_number, is_usable) from party where party_number = 1 and is_usable
    union all
    select shipment_id, role, arg_min_null(columns(* exclude (shipment_id, role, party_number, is_usable)), party_number)
    from party semi join (from party where party_number = 1 and not is_usable) as unusable using (shipment_id, role)
    where is_usable group by shipment_id, role
),
linked as (
    select first_party.*,
        case role when 'shipper' then link.shipper_id when 'seller' then link.seller_id else link.consignee_id end as party_id,
        case when link.shipper_id in (link.seller_id, link.consignee_id) or link.seller_id = link.consignee_id
            then shipment_id end as doubled_id
    from first_party join party_shipment_entity as link using (shipment_id)
)
select role <> 'consignee' as is_sender, party_id, doubled_id, address, postal_code, country, phone, email, account,
    count(*) as shipments_n
from linked where party_id is not null group by all
