-- grain: party around the night that is listed or examined; inputs: edge_seen, party_hit and party_shipment_entity (of the
-- date), entity_outcome, network_clock
-- leak rule: exams count when known before the date began
with listed as (
    select case hit.role when 'shipper' then link.shipper_id when 'seller' then link.seller_id
            when 'consignee' then link.consignee_id end as party_id
    from party_hit as hit join party_shipment_entity as link using (shipment_id)
),
examined as (
    select entity_id as party_id, sum(exams_n) as exams_n, sum(findings_n) as findings_n
    from entity_outcome cross join network_clock
    where known_on < today and entity_kind in ('shipper', 'seller', 'consignee') group by entity_id
)
select party.party_id, party.party_key,
    party.party_id in (select party_id from listed where party_id is not null) as is_listed,
    coalesce(exams_n, 0) as exams_n,
    coalesce(findings_n, 0) as findings_n
from (select distinct party_id, party_key from edge_seen) as party
left join examined using (party_id)
where exams_n is not null or party.party_id in (select party_id from listed where party_id is not null)
order by party_key
