-- grain: spelling of tonight that the crosswalk has; inputs: keyed_spelling, past_link, parted
-- of a spelling that two dates linked, of which one was built again, the earlier counts
select spelling_id, arg_min(party_id, date) as party_id
from past_link semi join keyed_spelling using (spelling_id)
where spelling_id not in (select spelling_id from parted)
group by spelling_id
union all
select spelling_id, party_id from parted semi join keyed_spelling using (spelling_id)
