-- grain: tariff number x annex or metal; inputs: kept_section_232_annex, kept_section_232_derivative
-- the annex list has no heading of chapter 99; the derivative list does not say since when it names some numbers
with named as (
    select 'annex ' || annex || ' ' || metal_type as list_name, hts_prefix, '' as ch99_code,
        effective_date as valid_from, source, source_file
    from kept_section_232_annex
    union all
    select 'derivative ' || derivative_type, hts_prefix, ch99_code,
        coalesce(effective_date, date '1950-01-01'), null, source_file
    from kept_section_232_derivative
)
select 'section_232_metals' as action, list_name, hts_prefix, ch99_code, valid_from,
    min(source) as source, min(source_file) as source_file
from named group by all
order by list_name, hts_prefix, ch99_code, valid_from
