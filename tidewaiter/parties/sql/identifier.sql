-- grain: shipment x role x identifier of the party that shipment_entity names in the role; inputs: core_shipment_party,
-- party_alias, party_shipment_entity, allowed_identifier (kind and plain text of those that are shared for good reasons,
-- and so are none)
-- identifiers are found on distinct texts; the key is half of the md5 of kind and text, so that no later table has the text
-- what one party leaves empty is not another's of its role: the row is taken as a whole
with nobody as (select distinct name from party_alias where is_placeholder),
first_party as (
    select shipment_id, role, arg_min_null(address, party_number) as address,
        arg_min_null(left(postal_code, 5), party_number) as postal_code,
        arg_min_null(country, party_number) as country, arg_min_null(phone, party_number) as phone,
        arg_min_null(email, party_number) as email, arg_min_null(account, party_number) as account
    from core_shipment_party
    where role in ('shipper', 'seller', 'consignee')
        and (account is not null or (name is not null and name not in (from nobody)))
    group by shipment_id, role
),
party as (
    select first_party.*,
        case role when 'shipper' then link.shipper_id when 'seller' then link.seller_id else link.consignee_id end as party_id
    from first_party join party_shipment_entity as link using (shipment_id)
),
-- unnested: a filter on the plain text would else be brought to where every row is, and make it there once more
place as (
    select address, postal_code, country, unnest([
        nullif(trim(regexp_replace(lower(strip_accents(address)), '[^\p{L}\p{N}]+', ' ', 'g')), '')
    ]) as plain
    from (select distinct address, postal_code, country from party where address is not null)
),
told as (
    select shipment_id, role, party_id, 'address' as identifier_kind, plain,
        coalesce(party.postal_code, '') || '|' || coalesce(party.country, '') as place
    from party join place on place.address = party.address
        and place.postal_code is not distinct from party.postal_code and place.country is not distinct from party.country
    where plain is not null
    union all
    select shipment_id, role, party_id, 'phone', right(regexp_replace(phone, '[^0-9]', '', 'g'), 10), '' from party
    where length(regexp_replace(phone, '[^0-9]', '', 'g')) >= 7
    union all
    select shipment_id, role, party_id, 'email', lower(trim(email)), '' from party where email like '%_@_%'
    union all
    select shipment_id, role, party_id, 'account', account, '' from party where account is not null
    union all
    select shipment_id, unnest(['shipper', 'consignee']), unnest([shipper_id, consignee_id]), 'consignee', consignee_id, ''
    from party_shipment_entity where shipper_id is not null and consignee_id is not null
)
select shipment_id, role, party_id, identifier_kind,
    md5_number_lower(identifier_kind || '|' || plain || '|' || place) as identifier_key
from told anti join allowed_identifier using (identifier_kind, plain)
where party_id is not null
