-- grain: party of tonight x party that shares an identifier with it; inputs: party_edge (of the date), party_edge_day
select distinct here.party_key, there.party_key as near_key
from party_edge as here
join party_edge as there using (identifier_kind, identifier_key)
where here.party_key <> there.party_key
