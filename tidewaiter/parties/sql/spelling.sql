-- grain: spelling as filed (kind, name, address, postal code, country); inputs: core_shipment_party
-- senders are known by name and country, receivers by name and address
select
    md5(to_json(row(party_kind, name, address, postal_code, country))::varchar) as spelling_id,
    party_kind, name, address, postal_code, country,
    count(distinct shipment_id) as shipments_n
from (select *, case when role in ('shipper', 'seller') then 'sender' else 'receiver' end as party_kind
      from core_shipment_party where name is not null)
group by party_kind, name, address, postal_code, country
