-- grain: bill x filing x party, numbered within its role; inputs: kept_ocean_x12_309_party, _bill, code_* lists
-- parties of other kinds (places, carriers, forwarders) stay in the raw layer; a country that is no ISO code is null
-- a piece of an address that fills its 35 characters runs on in the next one without a space
select
    concat('ocean:', issuer_code, bill_number, '#' || nullif(bill_occurrence, 1)) as shipment_id,
    concat(source_file, '#', bill_position) as version_key,
    kind.meaning as role,
    row_number() over (partition by source_file, bill_position, kind.meaning order by party.source_line)::integer
        as party_number,
    nullif(concat_ws(' ', name, additional_name), '') as name,
    nullif(trim(concat(
        address_1, case when length(address_1) = 35 then '' else ' ' end,
        address_2, case when length(address_2) = 35 then '' else ' ' end,
        address_3, case when length(address_3) = 35 then '' else ' ' end, address_4)), '') as address,
    city,
    state,
    postal_code,
    country.code as country,
    phone,
    email,
    null::varchar as account,
    null::varchar as importer_number
from kept_ocean_x12_309_party as party
join kept_ocean_x12_309_bill as bill using (source_file, bill_position)
join code_x12_party as kind on kind.code = party.entity_code
left join code_country as country on country.code = party.country
order by shipment_id, version_key, role, party_number
