-- grain: origin; origins that the same facts hold for are one class, named after the first of them
-- inputs: origin, fact_origin, yield_origin, column_2, reference_adcvd_order
-- a country with an order is a class of its own; is_named says that something holds for it and not for everyone
with trait as (
    select origin_country, fact_id as trait, not is_everyone as is_named from fact_origin
    union all select origin_country, concat('yield ', action, ' ', yields_to), false from yield_origin
    union all select origin_country, 'column_2', false from column_2
    union all select distinct country_code, 'order ' || country_code, true from reference_adcvd_order
),
signed as (
    select origin_country, coalesce(string_agg(trait, ' ' order by trait), '') as signature,
        coalesce(bool_or(is_named), false) as is_named
    from origin left join trait using (origin_country) group by origin_country
)
select origin_country, min(origin_country) over (partition by signature) as class_origin, is_named,
    origin_country in (select origin_country from column_2) as is_column_2
from signed
