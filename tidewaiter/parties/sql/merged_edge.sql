-- grain: row of edge_past_as_made, with the ids and keys that its party and consignee have today; inputs: edge_past_as_made,
-- became (old_id, now_id); a consignee is an identifier of those who ship to it, by its key (identifier.sql)
with consignee as (
    select md5_number_lower('consignee|' || old_id || '|') as old_key,
        md5_number_lower('consignee|' || now_id || '|') as now_key
    from became
)
select made.* replace (
    coalesce(became.now_id, made.party_id) as party_id,
    coalesce(md5_number_lower(became.now_id), made.party_key) as party_key,
    coalesce(consignee.now_key, made.identifier_key) as identifier_key)
from edge_past_as_made as made
left join became on became.old_id = made.party_id
left join consignee on consignee.old_key = made.identifier_key and made.identifier_kind = 'consignee'
