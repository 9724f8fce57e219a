-- grain: row of filed_party x identifier of the party, and pair of shipper and consignee; inputs: filed_party,
-- party_shipment_entity, allowed_identifier (kind and plain text of those that are shared for good reasons, and so are none)
-- the key is half of the md5 of kind and text, so that no later table has the text
with pair as (
    select shipper_id, consignee_id, count(*) as shipments_n from party_shipment_entity
    where shipper_id is not null and consignee_id is not null group by all
),
told as (
    select is_sender, party_id, doubled_id, shipments_n, unnest([
        {identifier_kind: 'address',
         plain: nullif(trim(regexp_replace(lower(strip_accents(address)), '[^\p{L}\p{N}]+', ' ', 'g')), ''),
         place: coalesce(postal_code, '') || '|' || coalesce(country, '')},
        {identifier_kind: 'phone', plain: case when length(regexp_replace(phone, '[^0-9]', '', 'g')) >= 7
            then right(regexp_replace(phone, '[^0-9]', '', 'g'), 10) end, place: ''},
        {identifier_kind: 'email', plain: case when email like '%_@_%' then lower(trim(email)) end, place: ''},
        {identifier_kind: 'account', plain: account, place: ''}
    ], recursive := true)
    from filed_party
    union all
    select true, shipper_id, null, shipments_n, 'consignee', consignee_id, '' from pair
    union all
    select false, consignee_id, null, shipments_n, 'consignee', consignee_id, '' from pair where consignee_id <> shipper_id
)
select is_sender, party_id, doubled_id, shipments_n, identifier_kind,
    md5_number_lower(identifier_kind || '|' || plain || '|' || place) as identifier_key
from told anti join allowed_identifier using (identifier_kind, plain)
where plain is not null
