-- grain: spelling first seen tonight; inputs: unseen_spelling, linked (its party and the evidence)
select unseen.* exclude (natural_id), linked.* exclude (spelling_id)
from unseen_spelling as unseen join linked using (spelling_id)
order by spelling_id
