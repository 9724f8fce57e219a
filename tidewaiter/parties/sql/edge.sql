-- grain: party x identifier that links it to others; inputs: edge_seen, identifier_degree, network_clock
-- a party that ships to more consignees than a hub has says nothing of them: its edges to consignees are left out
with linking as (
    select edge_seen.*, parties_n
    from edge_seen join identifier_degree using (identifier_kind, identifier_key) where is_linking
),
wide as (
    select party_key from linking cross join network_clock where identifier_kind = 'consignee'
    group by party_key having count(*) > any_value(hub_parties_n)
)
select party_id, party_key, identifier_kind, identifier_key, parties_n, first_on, last_on
from linking
where identifier_kind <> 'consignee' or party_key not in (from wide)
order by party_key, identifier_kind, identifier_key
