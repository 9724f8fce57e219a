-- grain: bill x release x container; inputs: kept_ocean_ams_container, _header
-- a release may lack the table: a bill as released takes its newest rows from before its next release, else the first
-- after it; NC marks cargo in no container; rows of one container are one, with all its seals
with version as (
    select identifier, concat('ocean:', identifier, '@', epoch_us(release_at)) as version_key,
        lead(release_at, 1, 'infinity'::timestamp) over (partition by identifier order by release_at) as next_at
    from kept_ocean_ams_header
),
tied as (
    select version_key, identifier, child.release_at
    from version join (select distinct identifier, release_at from kept_ocean_ams_container) as child using (identifier)
    qualify row_number() over (partition by version_key order by child.release_at >= next_at,
        case when child.release_at >= next_at then child.release_at end, child.release_at desc) = 1
),
contained as (
    select version_key, identifier, container_number, min(container_type) as container_type,
        flatten(list([seal_number_1, seal_number_2])) as seals
    from kept_ocean_ams_container join tied using (identifier, release_at)
    where container_number not in ('NC', 'N/C') group by all
)
select
    concat('ocean:', identifier) as shipment_id,
    version_key,
    row_number() over (partition by version_key order by container_number)::integer as equipment_number,
    container_number,
    container_type,
    nullif(array_to_string(list_sort(list_distinct(seals)), ','), '') as seal_numbers
from contained
order by shipment_id, version_key, equipment_number
