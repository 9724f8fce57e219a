-- grain: name_words; inputs: tonight (party.screened of the night); binds: $day, the past day, and $days, how many there are
-- nine in ten of tonight's names were screened on one of the past days, by tonight's lists
select * from tonight where hash(name_words) % 10 < 9 and hash(name_words, 'day') % $days = $place
