-- grain: bill x release x party, numbered within its role by what is filed: the order of rows means nothing
-- inputs: kept_ocean_ams_shipper, _consignee, _notifyparty, _header, code_country
-- a release may lack a table: a bill as released takes the newest rows of each table from before its next release,
-- else the first after it; rows repeated exactly count once; a country that is no ISO code is null
-- a piece of an address that fills its 35 characters runs on in the next one without a space
with version as (
    select identifier, concat('ocean:', identifier, '@', epoch_us(release_at)) as version_key,
        lead(release_at, 1, 'infinity'::timestamp) over (partition by identifier order by release_at) as next_at
    from kept_ocean_ams_header
),
named as (
    select 'shipper' as role, shipper_party_name as name, shipper_party_address_1 as address_1,
        shipper_party_address_2 as address_2, shipper_party_address_3 as address_3,
        shipper_party_address_4 as address_4, columns(shipper.* exclude (shipper_party_name,
            shipper_party_address_1, shipper_party_address_2, shipper_party_address_3, shipper_party_address_4))
    from kept_ocean_ams_shipper as shipper
    union all by name
    select 'consignee' as role, consignee_name as name, consignee_address_1 as address_1,
        consignee_address_2 as address_2, consignee_address_3 as address_3,
        consignee_address_4 as address_4, columns(consignee.* exclude (consignee_name,
            consignee_address_1, consignee_address_2, consignee_address_3, consignee_address_4))
    from kept_ocean_ams_consignee as consignee
    union all by name
    select 'notify' as role, notify_party_name as name, notify_party_address_1 as address_1,
        notify_party_address_2 as address_2, notify_party_address_3 as address_3,
        notify_party_address_4 as address_4, columns(notify.* exclude (notify_party_name,
            notify_party_address_1, notify_party_address_2, notify_party_address_3, notify_party_address_4))
    from kept_ocean_ams_notifyparty as notify
),
tied as (
    select version_key, role, identifier, child.release_at
    from version join (select distinct role, identifier, release_at from named) as child using (identifier)
    qualify row_number() over (partition by version_key, role order by child.release_at >= next_at,
        case when child.release_at >= next_at then child.release_at end, child.release_at desc) = 1
),
once as (
    select version_key, identifier, role, name, trim(concat(
            address_1, case when length(address_1) = 35 then '' else ' ' end,
            address_2, case when length(address_2) = 35 then '' else ' ' end,
            address_3, case when length(address_3) = 35 then '' else ' ' end, address_4)) as address,
        city, state_province as state, zip_code as postal_code, country_code,
        case when regexp_matches(comm_number_qualifier, '^te(le?ph|$)', 'i') then comm_number end as phone,
        case when regexp_matches(comm_number_qualifier, '^em$|mail', 'i') then comm_number end as email
    from named join tied using (role, identifier, release_at) group by all
)
select
    concat('ocean:', identifier) as shipment_id,
    version_key,
    role,
    row_number() over (partition by version_key, role
        order by name, address, city, state, postal_code, country_code, phone, email)::integer as party_number,
    name,
    nullif(address, '') as address,
    city,
    state,
    postal_code,
    country.code as country,
    phone,
    email,
    null::varchar as account,
    null::varchar as importer_number
from once left join code_country as country on country.code = once.country_code
order by shipment_id, version_key, role, party_number
