-- grain: listed entity x name; inputs: entity, alias, address (kept rows of an OFAC list's three files), clock
-- the files give weak aliases in the remarks only, quoted after a.k.a., f.k.a. or n.k.a.; their numbers are -1, -2, ...
with place as (
    select entity_id,
        string_agg(nullif(concat_ws(', ', address, city, country), ''), '; ' order by address_id::bigint) as addresses,
        array_to_string(list_sort(list_distinct(list(country))), '; ') as countries
    from address group by entity_id
),
quoted as (
    select entity_id, unnest(regexp_extract_all(remarks, '[afn]\.k\.a\. ''.+?''(?:;|\.|$)')) as alias,
        generate_subscripts(regexp_extract_all(remarks, '[afn]\.k\.a\. ''.+?''(?:;|\.|$)'), 1) as number
    from entity
),
named as (
    select entity_id, 0 as name_number, name, 'primary' as name_kind, 'strong' as strength from entity
    union all
    select entity_id, alias_id::integer, name, alias_kind, 'strong' from alias
    union all
    select entity_id, -number::integer, regexp_extract(alias, '''(.+)''', 1), alias[1] || 'ka', 'weak' from quoted
)
select
    clock.list_code,
    entity_id,
    name_number,
    named.name,
    name_kind,
    strength,
    coalesce(listed.entity_type, 'entity') as entity_type,
    replace(listed.programme, '] [', '; ') as programme,
    nullif(countries, '') as countries,
    addresses,
    listed.remarks,
    listed.source_file
from named
join entity as listed using (entity_id)
left join place using (entity_id)
cross join clock
order by entity_id::bigint, name_number
