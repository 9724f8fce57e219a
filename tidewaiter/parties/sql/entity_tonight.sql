-- grain: entity seen on the date; inputs: party_entity_day; of the date's rows those counted on it, not those taken back
select party_entity_day.* from party_entity_day cross join change_clock where counted_on = today
