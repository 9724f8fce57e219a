-- grain: as party.price_day; inputs: tonight (party.price_day of the night); binds: $day, the past day
select * replace ($day::date as counted_on) from tonight
