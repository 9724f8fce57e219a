-- grain: as party.edge_day; inputs: tonight (party.edge_day of the night); binds: $day, the past day
-- six in ten of tonight's edges were there on any one day, those of others to other identifiers stand in for the rest
with placed as (
    select *, hash(party_key, identifier_key, $day::date) % 10 < 6 as is_known from tonight
),
named as (
    select placed.* replace (
        case when is_known then party_id else party_id || '~' || $day::date end as party_id,
        case when is_known then identifier_key else hash(identifier_key, $day::date) end as identifier_key
    ) from placed
)
select * exclude (is_known) replace (md5_number_lower(party_id) as party_key) from named
