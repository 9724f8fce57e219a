-- grain: spelling of tonight that has a usable name and is not in the crosswalk; inputs: keyed_spelling, known_spelling
-- natural_id is what a party is called of which this is the first spelling: senders by name and country, receivers by
-- name and address
select
    spelling_id, party_kind, name_words, name_key, address_key, house_number, zip_key, country, phone_key, email_key,
    account, importer_number,
    case when party_kind = 'sender' then md5('sender|' || name_key || '|' || coalesce(country, ''))
         else md5('receiver|' || name_key || '|' || coalesce(address_key, '') || '|' || coalesce(zip_key, ''))
    end as natural_id
from keyed_spelling anti join known_spelling using (spelling_id)
where not is_placeholder and name_key is not null
order by spelling_id
