-- grain: party x identifier; inputs: party_edge_day (of the date), edge_past (the window before it, with date),
-- network_clock; what is seen around the night: the edges of tonight, those of tonight's identifiers in the window, and
-- those of tonight's senders
-- leak rule: the date and the days before it
with around as (
    select party_key, party_id, identifier_kind, identifier_key, date as on_date from edge_past
    semi join party_edge_day using (identifier_key)
    union all
    select party_key, party_id, identifier_kind, identifier_key, date from edge_past
    semi join (from party_edge_day where is_sender) as sender using (party_key) where is_sender
    union all
    select party_key, party_id, identifier_kind, identifier_key, today from party_edge_day cross join network_clock
)
select any_value(party_id) as party_id, party_key, identifier_kind, identifier_key,
    min(on_date) as first_on, max(on_date) as last_on
from around group by party_key, identifier_kind, identifier_key
