-- grain: spelling as filed (kind, name, address, postal code, country); inputs: core_shipment_party
-- senders are known by name and country, receivers by name and address; an identifier that differs between the filings
-- of one spelling is left out: an account or a number of an importer says who it is only where it is the same in all
select
    md5(to_json(row(party_kind, name, address, postal_code, country))::varchar) as spelling_id,
    party_kind, name, address, postal_code, country,
    min(phone) as phone,
    min(email) as email,
    case when party_kind = 'sender' and min(account) = max(account) then min(account) end as account,
    case when min(importer_number) = max(importer_number) then min(importer_number) end as importer_number,
    count(distinct shipment_id) as shipments_n
from (select *, case when role in ('shipper', 'seller') then 'sender' else 'receiver' end as party_kind
      from core_shipment_party where name is not null)
group by party_kind, name, address, postal_code, country
