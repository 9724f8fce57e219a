-- grain: name to look for, by name and country, x name; inputs: in_force_local_list, code_country, clock
-- entries of one name and country are one, which holds from the first to the last of them
with listed as (
    select *, md5(upper(regexp_replace(trim(name), '\s+', ' ', 'g')) || '|' || coalesce(country, '')) as entity_id,
        reason || '; owner: ' || owner as remark
    from in_force_local_list
),
merged as (
    select entity_id,
        arg_min(name, (source_file, source_line)) as name,
        any_value(meaning) as countries,
        string_agg(distinct remark, '; ' order by remark) as remarks,
        min(valid_from) as valid_from,
        case when not bool_or(valid_to is null) then max(valid_to) end as valid_to,
        min(source_file) as source_file
    from listed left join code_country on code_country.code = country group by entity_id
),
alias as (
    select distinct entity_id, trim(unnest(string_split(aliases, '|'))) as alias from listed
),
named as (
    select entity_id, 0 as name_number, name, 'primary' as name_kind from merged
    union all
    select entity_id, row_number() over (partition by entity_id order by alias), alias, 'aka'
    from alias anti join merged on merged.entity_id = alias.entity_id and merged.name = alias.alias
    where alias <> ''
)
select
    clock.list_code,
    entity_id,
    name_number,
    named.name,
    name_kind,
    'strong' as strength,
    'local' as programme,
    merged.* exclude (entity_id, name)
from named join merged using (entity_id) cross join clock
