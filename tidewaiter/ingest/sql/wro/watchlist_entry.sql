-- grain: who or what an order is about, by name and country, x name; inputs: in_force_wro, clock
-- an order and a finding about the same are one entry; goods in words stay one name, which no party has
with listed as (
    select *, md5(upper(regexp_replace(trim(entity), '\s+', ' ', 'g')) || '|' || coalesce(upper(country), ''))
        as entity_id
    from in_force_wro
),
merged as (
    select entity_id,
        regexp_split_to_array(
            regexp_replace(any_value(entity order by source_file, source_line), '^Fishing Vessel:\s*', ''),
            '\s*(?:;|,?\s*a/k/a)\s+') as names,
        case when bool_or(starts_with(entity, 'Fishing Vessel:')) then 'vessel' end as entity_type,
        string_agg(distinct action_type, '; ' order by action_type) as programme,
        any_value(country order by source_file, source_line) as countries,
        string_agg(distinct industry, '; ' order by industry) as remarks,
        min(effective_date) as valid_from,
        min(source_file) as source_file
    from listed group by entity_id
),
alias as (
    select distinct entity_id, unnest(names[2:]) as alias from merged
),
named as (
    select entity_id, 0 as name_number, names[1] as name, 'primary' as name_kind from merged
    union all
    select entity_id, row_number() over (partition by entity_id order by alias), alias, 'aka'
    from alias anti join merged on merged.entity_id = alias.entity_id and merged.names[1] = alias.alias
    where alias <> ''
)
select
    clock.list_code,
    entity_id,
    name_number,
    named.name,
    name_kind,
    'strong' as strength,
    merged.* exclude (entity_id, names)
from named join merged using (entity_id) cross join clock
