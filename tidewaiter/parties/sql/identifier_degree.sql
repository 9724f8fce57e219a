-- grain: identifier around the night; inputs: edge_seen, network_clock
-- linking: shared by two parties or more, and by no more than a hub has
select identifier_kind, identifier_key, count(*) as parties_n, min(first_on) as first_on,
    count(*) between 2 and any_value(hub_parties_n) as is_linking
from edge_seen cross join network_clock
group by identifier_kind, identifier_key
