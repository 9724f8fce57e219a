-- grain: party around the night that is listed or examined; inputs: edge_seen, party_hit (of the date), hit_past (of the
-- window before it), entity_outcome, network_clock
-- listed: its name or address is near that of a listed one; what is only possible makes nobody listed
-- leak rule: hits of the date and the days before it; exams count when known before the date began
with listed as (
    select party_id from party_hit where band <> 'possible' and party_id is not null
    union
    select party_id from hit_past where band <> 'possible' and party_id is not null
),
examined as (
    select entity_id as party_id, sum(exams_n) as exams_n, sum(findings_n) as findings_n
    from entity_outcome cross join network_clock
    where known_on < today and entity_kind in ('shipper', 'seller', 'consignee') group by entity_id
)
select party.party_id, party.party_key,
    party.party_id in (from listed) as is_listed,
    coalesce(exams_n, 0) as exams_n,
    coalesce(findings_n, 0) as findings_n
from (select distinct party_id, party_key from edge_seen) as party
left join examined using (party_id)
where exams_n is not null or party.party_id in (from listed)
order by party_key
