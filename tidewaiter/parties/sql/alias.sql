-- grain: spelling_id; inputs: keyed_spelling, spelling_party (spelling_id, party_id: what the crosswalk says tonight)
-- a placeholder or a name with nothing left is its own party, so that strangers are not taken for one
select
    spelling_id,
    coalesce(party.party_id, md5('spelling|' || spelling_id)) as party_id,
    name_key, address_key, is_placeholder, name, address, postal_code, country, shipments_n
from keyed_spelling left join spelling_party as party using (spelling_id)
order by spelling_id
