-- grain: spelling_id; inputs: keyed_spelling
-- a placeholder or a name with nothing left is its own party, so that strangers are not taken for one
select
    spelling_id,
    case when is_placeholder or name_key is null then md5('spelling|' || spelling_id)
         when party_kind = 'sender' then md5('sender|' || name_key || '|' || coalesce(country, ''))
         else md5('receiver|' || name_key || '|' || coalesce(address_key, '') || '|' || coalesce(left(postal_code, 5), ''))
    end as party_id,
    name_key, address_key, is_placeholder, name, address, postal_code, country, shipments_n
from keyed_spelling
order by spelling_id
