-- grain: statistical number; inputs: kept_hts10
select hs10 as hts_code, description, source_file from kept_hts10 order by hts_code
