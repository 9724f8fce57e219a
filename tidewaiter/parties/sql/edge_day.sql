-- grain: party x identifier of the date; inputs: identifier (of the date)
-- is_sender: shipped or sold, so that the edges of the few who do stand together in the file
select
    bool_or(role <> 'consignee') as is_sender,
    identifier_kind,
    identifier_key,
    party_id,
    md5_number_lower(party_id) as party_key,
    count(distinct shipment_id) as shipments_n
from identifier
group by identifier_kind, identifier_key, party_id
order by is_sender, identifier_key, party_id
