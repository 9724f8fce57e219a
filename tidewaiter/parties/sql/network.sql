-- grain: party of tonight; inputs: party_edge_day (of the date), edge_seen, identifier_degree, component (of parties),
-- spread_risk, party_seed, near, listed_path, party_name (key -> id), network_clock
-- leak rule: edges of the date and the window before it; exams known before the date began
with here as (
    select distinct party_key, party_id from party_edge_day
),
held as (
    select day.party_key,
        max(parties_n) filter (where identifier_kind = 'address') as address_parties_n,
        max(parties_n) filter (where identifier_kind = 'phone') as phone_parties_n,
        bool_or(identifier_kind = 'address' and degree.first_on < today) as is_address_old
    from party_edge_day as day join identifier_degree as degree using (identifier_kind, identifier_key)
    cross join network_clock group by day.party_key
),
seen as (select party_key, min(first_on) as first_on from edge_seen group by party_key),
whole as (
    select component_id, count(*) as parties_n, count(*) filter (where first_on > today - new_days) as new_n
    from component join seen using (party_key) cross join network_clock group by component_id
),
society as (select community_id, count(*) as parties_n from component group by community_id),
record as (
    select near.party_key, count(*) as neighbours_n, coalesce(sum(exams_n), 0) as exams_n,
        coalesce(sum(findings_n), 0) as findings_n
    from near left join party_seed as seed on seed.party_key = near.near_key
    group by near.party_key
)
select
    here.party_id, here.party_key,
    coalesce(whole.parties_n, 1) as component_parties_n,
    coalesce(whole.new_n, (seen.first_on > today - new_days)::bigint) as component_new_n,
    coalesce(society.parties_n, 1) as community_parties_n,
    held.address_parties_n,
    held.phone_parties_n,
    coalesce(record.neighbours_n, 0) as neighbours_n,
    (coalesce(record.findings_n, 0) + record_prior_n * finding_rate) / (coalesce(record.exams_n, 0) + record_prior_n)
        as neighbour_finding_share,
    listed_path.hops_n as listed_hops_n,
    listed.party_id as listed_party_id,
    passed.party_id as over_party_id,
    coalesce(spread_risk.risk, 0) as spread_risk,
    seen.first_on = today as is_new,
    seen.first_on = today and coalesce(held.is_address_old, false) as is_new_at_old_place
from here
cross join network_clock
join seen using (party_key)
left join held using (party_key)
left join component using (party_key)
left join whole using (component_id)
left join society using (community_id)
left join record using (party_key)
left join listed_path using (party_key)
left join party_name as listed on listed.party_key = listed_path.listed_key
left join party_name as passed on passed.party_key = listed_path.over_key
left join spread_risk using (party_key)
order by here.party_id
