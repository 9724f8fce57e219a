-- grain: entry x role x party, numbered within the role; inputs: kept_low_value_entry, lines as they stand
-- an entry of one row needs no look at others: its parties are one of each role
with shared as (
    select hash(entry_number) as digest from kept_low_value_entry group by digest having count(*) > 1
),
line as (
    select *,
        row_number() over (partition by entry_number, line_number
            order by filed_at desc, source_file desc, source_line desc) = 1 and record_status <> 'cancelled' as stands,
        max(filed_at) over (partition by entry_number) as newest_filed_at
    from kept_low_value_entry where hash(entry_number) in (from shared)
),
alone as (
    from kept_low_value_entry where hash(entry_number) not in (from shared) and record_status <> 'cancelled'
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
),
single as (
    select entry_number, filed_at, 'shipper' as role, shipper_name as name, shipper_address as address,
        shipper_city as city, shipper_state as state, shipper_postal_code as postal_code, shipper_country as country,
        null::varchar as phone, null::varchar as email, null::varchar as account, null::varchar as importer_number
    from alone where name is not null
    union all by name
    select entry_number, filed_at, 'seller' as role, seller_name as name, marketplace || '/' || seller_id as account
    from alone where name is not null or account is not null
    union all by name
    select entry_number, filed_at, 'consignee' as role, consignee_name as name, consignee_address as address,
        consignee_city as city, consignee_state as state, consignee_postal_code as postal_code, 'US' as country,
        consignee_phone as phone, consignee_email as email, importer_number
    from alone where name is not null
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
union all by name
select
    'entry:' || entry_number as shipment_id,
    'entry:' || entry_number || '@' || epoch_us(filed_at) as version_key,
    1::integer as party_number,
    * exclude (entry_number, filed_at)
from single
