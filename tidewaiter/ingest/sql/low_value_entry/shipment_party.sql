-- grain: entry x role x party, numbered within the role; inputs: kept_low_value_entry, lines as they stand
with line as (
    select *,
        row_number() over (partition by entry_number, line_number
            order by filed_at desc, source_file desc, source_line desc) = 1 and record_status <> 'cancelled' as stands,
        max(filed_at) over (partition by entry_number) as newest_filed_at
    from kept_low_value_entry
),
party as (
    select entry_number, newest_filed_at, line_number, unnest([
        {role: 'shipper', name: shipper_name, address: shipper_address, city: shipper_city, state: shipper_state,
         postal_code: shipper_postal_code, country: shipper_country, phone: null::varchar, email: null::varchar,
         account: null::varchar, importer_number: null::varchar},
        {role: 'seller', name: seller_name, address: null, city: null, state: null, postal_code: null, country: null,
         phone: null, email: null, account: marketplace || '/' || seller_id, importer_number: null},
        {role: 'consignee', name: consignee_name, address: consignee_address, city: consignee_city,
         state: consignee_state, postal_code: consignee_postal_code, country: 'US', phone: consignee_phone,
         email: consignee_email, account: null, importer_number: importer_number}
    ], recursive := true)
    from line where stands
),
once as (
    select * exclude (line_number), min(line_number) as first_line
    from party where name is not null or account is not null group by all
)
select
    'entry:' || entry_number as shipment_id,
    'entry:' || entry_number || '@' || epoch_us(newest_filed_at) as version_key,
    role,
    row_number() over (partition by entry_number, role
        order by first_line, name, address, city, state, postal_code, country, phone, email, account,
            importer_number)::integer
        as party_number,
    name,
    address,
    city,
    state,
    postal_code,
    country,
    phone,
    email,
    account,
    importer_number
from once
