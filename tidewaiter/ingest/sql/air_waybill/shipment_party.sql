-- grain: house air waybill x filing x role; inputs: kept_air_waybill; the account is the shipper's with the carrier
with party as (
    select master_awb, house_awb, filed_at, unnest([
        {role: 'shipper', name: shipper_name, address: shipper_address, city: shipper_city, state: shipper_state,
         postal_code: shipper_postal_code, country: shipper_country, phone: shipper_phone, email: shipper_email,
         account: account_number},
        {role: 'consignee', name: consignee_name, address: consignee_address, city: consignee_city,
         state: consignee_state, postal_code: consignee_postal_code, country: consignee_country,
         phone: consignee_phone, email: consignee_email, account: null}
    ], recursive := true)
    from kept_air_waybill
)
select
    concat('air:', master_awb, '/', house_awb) as shipment_id,
    concat('air:', master_awb, '/', house_awb, '@', epoch_us(filed_at)) as version_key,
    role,
    1::integer as party_number,
    name,
    address,
    city,
    state,
    postal_code,
    country,
    phone,
    email,
    account,
    null::varchar as importer_number
from party
order by shipment_id, version_key, role
