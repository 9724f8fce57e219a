-- grain: bill x release; inputs: kept_ocean_ams_header, _billgen, _cargodesc, _tariff, _container, code_* lists
-- a release may lack a table: a bill as released takes the newest rows of each table from before its next release,
-- else the first after it; the lines are those of shipment_line.sql, the main one the heaviest that has a tariff number
-- weight is null where the release does not say its unit; mode 10 is also customs' code for a vessel whose container
-- status is unknown; the country of lading is in the words after the last comma, or in the bare Schedule K code
with version as (
    select *, concat('ocean:', identifier, '@', epoch_us(release_at)) as version_key,
        lead(release_at, 1, 'infinity'::timestamp) over (partition by identifier order by release_at) as next_at
    from kept_ocean_ams_header
),
child as (
    select distinct 'billgen' as record, identifier, release_at from kept_ocean_ams_billgen
    union all select distinct 'cargodesc', identifier, release_at from kept_ocean_ams_cargodesc
    union all select distinct 'tariff', identifier, release_at from kept_ocean_ams_tariff
    union all select distinct 'container', identifier, release_at from kept_ocean_ams_container
),
tied as (
    select version_key, record, identifier, child.release_at from version join child using (identifier)
    qualify row_number() over (partition by version_key, record order by child.release_at >= next_at,
        case when child.release_at >= next_at then child.release_at end, child.release_at desc) = 1
),
numbers as (
    select version_key, master_bol_number, house_bol_number
    from kept_ocean_ams_billgen join tied using (identifier, release_at) where record = 'billgen'
    qualify row_number() over (partition by version_key order by master_bol_number, house_bol_number) = 1
),
equipped as (
    select version_key, count(distinct container_number)::integer as containers_n
    from kept_ocean_ams_container join tied using (identifier, release_at)
    where record = 'container' and container_number not in ('NC', 'N/C') group by all
),
described as (
    select version_key, container_number, sequence_number, array_to_string(list_transform(
        list_sort(list({place: place, text: description_text})), lambda each: each.text), ' ') as description
    from (select version_key, coalesce(container_number, '') as container_number,
            coalesce(description_sequence_number, 0) as sequence_number, description_text,
            min((source_file, source_line)) as place
        from kept_ocean_ams_cargodesc join tied using (identifier, release_at) where record = 'cargodesc' group by all)
    group by all
),
tariff as (
    select version_key, coalesce(container_number, '') as container_number,
        coalesce(description_sequence_number, 0) as sequence_number, harmonized_number,
        nullif(harmonized_weight, 0)::decimal(38, 3) * unit.meaning::decimal(18, 12) as weight_kg,
        replace(regexp_replace(harmonized_number, '^([0-9]+)[.]0$', '\1'), '.', '') as digits,
        case when length(digits) % 2 = 1 then '0' || digits else digits end as even,
        case when regexp_matches(even, '^[0-9]{4,10}$') and even not like '00%' then even end as hts10
    from kept_ocean_ams_tariff join tied using (identifier, release_at)
    left join code_weight_unit as unit on unit.code = harmonized_weight_unit
    where record = 'tariff' group by all
),
line as (
    select version_key, hts10, description, count(*) over (partition by version_key)::integer as lines_n
    from described full join tariff using (version_key, container_number, sequence_number)
    qualify row_number() over (partition by version_key order by hts10 is null, weight_kg desc nulls last,
        container_number, sequence_number, hts10) = 1
)
select
    concat('ocean:', identifier) as shipment_id,
    version_key,
    coalesce(status.meaning, 'new') as record_status,
    'ocean' as stream,
    null::varchar as entry_type,
    release_at as filed_at,
    port.meaning as port_code,
    coalesce(mode.meaning, case when containers_n > 0 then '11' else '10' end) as mode_code,
    carrier_code,
    vessel_name as conveyance,
    null::varchar as filer_code,
    master_bol_number as master_bill, house_bol_number as house_bill,
    estimated_arrival_date::timestamp as estimated_arrival_at,
    null::varchar as origin_country,
    coalesce(land.meaning, k_port.meaning, k_prefix.meaning) as export_country,
    null::varchar as packing_country,
    foreign_port_of_lading as lading_place,
    hts10,
    description,
    coalesce(lines_n, 0) as lines_n,
    ceil(manifest_quantity)::bigint as pieces_n,
    try_cast(weight::decimal(38, 3) * unit.meaning::decimal(18, 12) as decimal(18, 3)) as gross_weight_kg,
    null::decimal(18, 2) as value_usd,
    null::decimal(18, 2) as listed_price_usd,
    null::varchar as marketplace, null::date as account_opened_on,
    null::boolean as is_known_consignor, null::boolean as is_screened,
    coalesce(containers_n, 0) as containers_n,
    source_file,
    source_line
from version
join code_ams_port as port on port.code = port_of_unlading
left join code_ams_record_status as status on status.code = record_status_indicator
left join code_ams_mode as mode on mode.code = mode_of_transportation
left join code_weight_unit as unit on unit.code = weight_unit
left join code_ams_country as land on land.code = trim(regexp_extract(foreign_port_of_lading, ',([^,]*)$', 1))
left join code_schedule_k_country as k_port on k_port.code = foreign_port_of_lading
left join code_schedule_k_country as k_prefix
    on k_prefix.code = left(foreign_port_of_lading, 3) and regexp_matches(foreign_port_of_lading, '^[0-9]{5}$')
left join numbers using (version_key)
left join equipped using (version_key)
left join line using (version_key)
order by shipment_id, filed_at, source_file, source_line
