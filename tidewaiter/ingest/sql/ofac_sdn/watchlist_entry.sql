-- grain: listed entity x name; inputs: kept_ofac_sdn, kept_ofac_alt, kept_ofac_add
-- the files give weak aliases in the remarks only, quoted after a.k.a., f.k.a. or n.k.a.; their numbers are -1, -2, ...
with place as (
    select entity_id,
        string_agg(nullif(concat_ws(', ', address, city, country), ''), '; ' order by address_id::bigint) as addresses,
        array_to_string(list_sort(list_distinct(list(country))), '; ') as countries
    from kept_ofac_add group by entity_id
),
quoted as (
    select entity_id, unnest(regexp_extract_all(remarks, '[afn]\.k\.a\. ''.+?''(?:;|\.|$)')) as alias,
        generate_subscripts(regexp_extract_all(remarks, '[afn]\.k\.a\. ''.+?''(?:;|\.|$)'), 1) as number
    from kept_ofac_sdn
),
named as (
    select entity_id, 0 as name_number, name, 'primary' as name_kind, 'strong' as strength from kept_ofac_sdn
    union all
    select entity_id, alias_id::integer, name, alias_kind, 'strong' from kept_ofac_alt
    union all
    select entity_id, -number::integer, regexp_extract(alias, '''(.+)''', 1), alias[1] || 'ka', 'weak' from quoted
)
select
    'ofac_sdn' as list_code,
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
join kept_ofac_sdn as listed using (entity_id)
left join place using (entity_id)
order by entity_id::bigint, name_number
