-- grain: bill x release x description of goods x tariff number; inputs: kept_ocean_ams_cargodesc, _tariff, _header
-- a release may lack a table: a bill as released takes the newest rows of each table from before its next release,
-- else the first after it; rows repeated exactly count once; no value, because harmonized_value is not usable
-- of the order of rows only that within one description counts: they are one text
-- tariff numbers lost their leading zeros: an odd number of digits gets one back; under four digits they say nothing
with version as (
    select identifier, concat('ocean:', identifier, '@', epoch_us(release_at)) as version_key,
        lead(release_at, 1, 'infinity'::timestamp) over (partition by identifier order by release_at) as next_at
    from kept_ocean_ams_header
),
child as (
    select distinct 'cargodesc' as record, identifier, release_at from kept_ocean_ams_cargodesc
    union all select distinct 'tariff', identifier, release_at from kept_ocean_ams_tariff
),
tied as (
    select version_key, record, identifier, child.release_at from version join child using (identifier)
    qualify row_number() over (partition by version_key, record order by child.release_at >= next_at,
        case when child.release_at >= next_at then child.release_at end, child.release_at desc) = 1
),
text as (
    select version_key, identifier, coalesce(container_number, '') as container_number,
        coalesce(description_sequence_number, 0) as sequence_number, description_text,
        max(piece_count) as piece_count, min((source_file, source_line)) as place
    from kept_ocean_ams_cargodesc join tied using (identifier, release_at) where record = 'cargodesc' group by all
),
described as (
    select version_key, identifier, container_number, sequence_number, max(piece_count) as piece_count,
        array_to_string(list_transform(list_sort(list({place: place, text: description_text})),
            lambda each: each.text), ' ') as description
    from text group by all
),
tariff as (
    select version_key, identifier, coalesce(container_number, '') as container_number,
        coalesce(description_sequence_number, 0) as sequence_number, harmonized_number,
        nullif(harmonized_weight, 0)::decimal(38, 3) * unit.meaning::decimal(18, 12) as weight_kg,
        replace(regexp_replace(harmonized_number, '^([0-9]+)[.]0$', '\1'), '.', '') as digits
    from kept_ocean_ams_tariff join tied using (identifier, release_at)
    left join code_weight_unit as unit on unit.code = harmonized_weight_unit
    where record = 'tariff' group by all
),
numbered as (
    select * exclude (digits, harmonized_number),
        row_number() over (partition by version_key, container_number, sequence_number
            order by harmonized_number, weight_kg) as tariff_number,
        case when length(digits) % 2 = 1 then '0' || digits else digits end as even_digits
    from tariff
)
select
    concat('ocean:', identifier) as shipment_id,
    version_key,
    row_number() over (partition by version_key order by container_number, sequence_number, tariff_number)::integer
        as line_number,
    case when regexp_matches(even_digits, '^[0-9]{4,10}$') and even_digits not like '00%' then even_digits end as hts10,
    null::varchar as origin_country,
    description,
    case when coalesce(tariff_number, 1) = 1 then piece_count end as quantity,
    null::varchar as quantity_unit,
    try_cast(weight_kg as decimal(18, 3)) as gross_weight_kg,
    null::decimal(18, 2) as value_usd,
    null::decimal(18, 2) as listed_price_usd,
    null::varchar as product_id
from described full join numbered using (version_key, identifier, container_number, sequence_number)
order by shipment_id, version_key, line_number
