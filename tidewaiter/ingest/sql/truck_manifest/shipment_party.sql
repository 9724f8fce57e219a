-- grain: shipment x filing x role; inputs: kept_truck_manifest_party, _shipment, code_state_country
-- a party without a country is in that of its state or province: no two of North America share a code
select
    concat('truck:', shipment_control_number) as shipment_id,
    concat(source_file, '#', shipment_position) as version_key,
    role,
    row_number() over (partition by source_file, shipment_position, role order by party.source_line)::integer
        as party_number,
    name,
    address,
    city,
    state,
    postal_code,
    coalesce(party.country, province.meaning) as country,
    null::varchar as phone,
    null::varchar as email,
    null::varchar as account,
    null::varchar as importer_number
from kept_truck_manifest_party as party
join kept_truck_manifest_shipment as shipment using (source_file, shipment_position)
left join code_state_country as province on province.code = party.state
order by shipment_id, version_key, role, party_number
