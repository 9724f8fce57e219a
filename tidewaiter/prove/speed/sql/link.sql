-- grain: spelling_id; inputs: tonight (party.link of the night); binds: $day, the past day, and $days, how many there are
-- nine in ten of tonight's spellings were first seen on one of the past days
select * from tonight where hash(spelling_id) % 10 < 9 and hash(spelling_id, 'day') % $days = $place
