-- grain: spelling x key that it shares with others of its party; inputs: keyed (party_id, linked_on: null where unseen)
-- an exact key makes one party; any other makes pairs that are looked at. No key holds where a part of it is not known
with shared as (
    select spelling_id, party_id, linked_on, name_key, address_key, zip_key, country, unnest([
        {is_exact: true, kind: 'name_country',
         value: case when party_kind = 'sender' then name_key || '|' || coalesce(country, '') end},
        {is_exact: true, kind: 'name_address',
         value: case when party_kind = 'receiver' or address_key is not null
             then name_key || '|' || coalesce(address_key, '') || '|' || coalesce(zip_key, '') end},
        {is_exact: true, kind: 'name_phone', value: name_key || '|' || phone_key},
        {is_exact: true, kind: 'name_email', value: name_key || '|' || email_key},
        {is_exact: true, kind: 'account', value: account},
        {is_exact: false, kind: 'address', value: address_key || '|' || zip_key},
        {is_exact: false, kind: 'house', value: case when country = 'US'
             then house_number || '|' || zip_key || '|' || left(split_part(address_key, ' ', 2), 1) end},
        {is_exact: false, kind: 'phone', value: phone_key},
        {is_exact: false, kind: 'email', value: email_key},
        {is_exact: false, kind: 'importer', value: importer_number},
        {is_exact: false, kind: 'name_zip', value: case when country = 'US' then name_key || '|' || zip_key end},
        {is_exact: false, kind: 'name_house', value: case when country = 'US' then name_key || '|' || house_number end}
    ], recursive := true)
    from keyed
)
select * from shared where value is not null
