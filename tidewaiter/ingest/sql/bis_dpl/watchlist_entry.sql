-- grain: denied person, by name; inputs: in_force_bis_dpl (a row an address, its order in force), code_country, clock
-- several orders against one name are one entry, which holds from the first to the last of them
with denied as (
    select filed.*, md5(upper(regexp_replace(trim(name), '\s+', ' ', 'g'))) as entity_id,
        coalesce(code_country.meaning, country) as country_words,
        nullif(concat_ws(', ', street_address, city, state, postal_code, country), '') as place
    from in_force_bis_dpl as filed left join code_country on code_country.code = filed.country
),
place as (
    select entity_id, string_agg(place, '; ' order by source_file, source_line) as addresses
    from (from denied qualify row_number() over (partition by entity_id, place order by source_file, source_line) = 1)
    group by entity_id
)
select
    any_value(clock.list_code) as list_code,
    entity_id,
    0 as name_number,
    arg_min(name, (source_file, source_line)) as name,
    'primary' as name_kind,
    'strong' as strength,
    'denial order' as programme,
    nullif(array_to_string(list_sort(list_distinct(list(country_words))), '; '), '') as countries,
    any_value(addresses) as addresses,
    string_agg(distinct action, '; ' order by action) as remarks,
    string_agg(distinct fr_citation, '; ' order by fr_citation) as citation,
    min(effective_date) as valid_from,
    case when not bool_or(expiration_date is null) then max(expiration_date) end as valid_to,
    min(source_file) as source_file
from denied left join place using (entity_id) cross join clock
group by entity_id
