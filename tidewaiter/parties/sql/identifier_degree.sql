-- grain: identifier around the night; inputs: edge_seen, edge_past (the window before the date), party_edge_day, network_clock
-- linking: shared by two parties or more, and by no more than a hub has
-- of an identifier that only senders of tonight had, on earlier nights, edge_seen has their edges alone: all are counted
with seen as (
    select identifier_kind, identifier_key, count(*) as parties_n, min(first_on) as first_on
    from edge_seen group by identifier_kind, identifier_key
),
earlier as (
    select identifier_kind, identifier_key from seen anti join party_edge_day using (identifier_key) where parties_n > 1
),
whole as (
    select identifier_kind, identifier_key, count(distinct party_key) as parties_n
    from edge_past semi join earlier using (identifier_key) group by identifier_kind, identifier_key
)
select identifier_kind, identifier_key, coalesce(whole.parties_n, seen.parties_n) as parties_n, first_on,
    coalesce(whole.parties_n, seen.parties_n) between 2 and hub_parties_n as is_linking
from seen left join whole using (identifier_kind, identifier_key) cross join network_clock
