-- grain: listed entity, by name, x name; inputs: kept_uflpa, clock
-- an entity that is listed under several paragraphs is one entry; the list gives a year and no day, so no date is made
with listed as (
    select *, md5(upper(regexp_replace(trim(entity), '\s+', ' ', 'g'))) as entity_id from kept_uflpa
),
merged as (
    select entity_id,
        arg_min(entity, (source_file, source_line)) as name,
        string_agg(distinct 'UFLPA ' || paragraph, '; ' order by 'UFLPA ' || paragraph) as paragraphs,
        nullif(concat_ws('; ', string_agg(distinct sector, '; ' order by sector), 'listed ' || min(year_listed)), '')
            as remarks,
        min(source_file) as source_file
    from listed group by entity_id
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
    'entity' as entity_type,
    coalesce(paragraphs, 'UFLPA') as programme,
    remarks,
    source_file
from named join merged using (entity_id) cross join clock
