-- grain: shipment x role x list x listed entity; inputs: core_shipment_party, party_alias, reference_watchlist_entry,
-- keyed_listed (name, name_key); the primary name wins over an alias where both match
with listed as (
    select entry.list_code, entry.entity_id, entry.name as listed_name, entry.name_kind, entry.programme, keyed.name_key
    from reference_watchlist_entry as entry join keyed_listed as keyed using (name)
    where entry.strength = 'strong'
),
matched as (
    select party.shipment_id, party.role, listed.list_code, listed.entity_id, listed.listed_name, listed.name_kind,
        listed.programme, listed.name_key as matched_key
    from core_shipment_party as party
    join party_alias as alias on alias.spelling_id = md5(to_json(row(
        case when party.role in ('shipper', 'seller') then 'sender' else 'receiver' end,
        party.name, party.address, party.postal_code, party.country))::varchar)
    join listed on listed.name_key = alias.name_key
)
select *, 1.0::double as score
from matched
qualify row_number() over (partition by shipment_id, role, list_code, entity_id
    order by name_kind <> 'primary', listed_name) = 1
order by shipment_id, role, list_code, entity_id
