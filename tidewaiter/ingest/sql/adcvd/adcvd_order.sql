-- grain: case x tariff number mentioned, one row of a case that mentions none; inputs: kept_adcvd
select distinct case_number, unnest(string_split(coalesce(hts_prefixes, ''), ';')) as hts_prefix, product,
    country_iso2 as country_code, (benchmark_rate_pct / 100)::decimal(18, 6) as benchmark_rate, federal_register_cite as cite, source_file
from kept_adcvd
order by case_number, hts_prefix
