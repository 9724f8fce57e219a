-- grain: tariff number x class of origins; inputs: rate (eight digits and more), short_rate (fewer)
select *, null::decimal(18, 6) as rate_min, null::decimal(18, 6) as rate_max from rate
union all by name
select * from short_rate
