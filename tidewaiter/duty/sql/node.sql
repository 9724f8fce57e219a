-- grain: tariff number to be rated: declared ones of eight digits and more, and every line of their four-digit headings
-- inputs: declared_code (hts_code), reference_tariff_line; binds: $on, the day of entry
-- chapters 98 and 99 say how goods enter, not what they are, so that they are no lines here
with line as (
    select * from reference_tariff_line
    where $on::date between valid_from and valid_to and hts8 < '98'
        and left(hts8, 4) in (select left(hts_code, 4) from declared_code)
),
code as (
    select hts_code from declared_code where length(hts_code) >= 8 union select hts8 from line
)
select code.hts_code, line.* exclude (description, source_file)
from code left join line on line.hts8 = left(code.hts_code, 8)
