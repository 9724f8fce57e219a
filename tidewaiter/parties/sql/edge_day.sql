-- grain: party x identifier of the date; inputs: identifier (of the date)
-- is_sender: shipped or sold, so that the edges of the few who do stand together in the file
-- of one that has two roles of a shipment the shipment counts once; a key has one kind, which is part of what it is made of
with counted as (
    select is_sender, party_id, identifier_kind, identifier_key, shipments_n from identifier where doubled_id is null
    union all
    select bool_or(is_sender), party_id, any_value(identifier_kind), identifier_key, 1 from identifier
    where doubled_id is not null group by party_id, identifier_key, doubled_id
)
select
    bool_or(is_sender) as is_sender,
    any_value(identifier_kind) as identifier_kind,
    identifier_key,
    party_id,
    md5_number_lower(party_id) as party_key,
    sum(shipments_n)::bigint as shipments_n
from counted
group by identifier_key, party_id
order by is_sender, identifier_key, party_id
