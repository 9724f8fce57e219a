-- grain: as party.match; inputs: tonight (party.match of the night); binds: $day, the past day, and $days, how many there are
-- of the names that were screened on that day (screened.sql)
select * from tonight where hash(name_words) % 10 < 9 and hash(name_words, 'day') % $days = $place
