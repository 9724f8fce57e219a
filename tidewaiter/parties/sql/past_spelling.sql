-- grain: spelling in the crosswalk before the date; inputs: past_link, parted
-- one that a person has parted from its party says nothing of others any more
select * exclude (date), date as linked_on from past_link where spelling_id not in (select spelling_id from parted)
