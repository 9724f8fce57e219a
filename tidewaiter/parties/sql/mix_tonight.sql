-- grain: entity seen on the date x part; inputs: party_mix_day; of the date's rows those counted on it, not those taken back
select party_mix_day.* from party_mix_day cross join change_clock where counted_on = today
