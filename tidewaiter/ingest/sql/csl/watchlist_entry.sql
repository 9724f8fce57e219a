-- grain: entity of a source list x name; inputs: in_force_csl (entries in force), code_country, clock
-- an entity is the source list's number, or the name where that list has none; its rows are one entry, which holds
-- from the first to the last of them, and their other names are aliases
with listed as (
    select filed.*,
        concat_ws(' ', coalesce(nullif(regexp_extract(source, '\(([A-Z0-9]+)\)', 1), ''), source),
            coalesce(entity_number, md5(upper(regexp_replace(trim(name), '\s+', ' ', 'g'))))) as entity_id
    from in_force_csl as filed
),
place as (
    select distinct entity_id, trim(unnest(string_split(addresses, ';'))) as place from listed
),
country as (
    select entity_id, array_to_string(list_sort(list_distinct(list(code_country.meaning))), '; ') as countries
    from place join code_country on code_country.code = regexp_extract(place, '(?:^|, )([A-Z]{2})$', 1)
    group by entity_id
),
merged as (
    select entity_id,
        arg_min(name, (source_file, source_line)) as name,
        max(lower(type)) as entity_type,
        string_agg(distinct concat_ws('; ', source, programs), '; ' order by concat_ws('; ', source, programs))
            as programme,
        string_agg(distinct addresses, '; ' order by addresses) as addresses,
        nullif(concat_ws('; ', string_agg(distinct title, '; ' order by title),
            string_agg(distinct remarks, '; ' order by remarks)), '') as remarks,
        string_agg(distinct federal_register_notice, '; ' order by federal_register_notice) as citation,
        case when not bool_or(start_date is null) then min(start_date) end as valid_from,
        case when not bool_or(end_date is null) then max(end_date) end as valid_to,
        min(source_file) as source_file
    from listed group by entity_id
),
alias as (
    select entity_id, name as alias from listed
    union
    select entity_id, regexp_replace(trim(unnest(string_split(alt_names, ';'))), '^and ', '') from listed
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
    merged.* exclude (entity_id, name),
    countries
from named join merged using (entity_id) left join country using (entity_id) cross join clock
