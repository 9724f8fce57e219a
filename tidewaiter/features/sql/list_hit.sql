-- grain and key: shipment_id of the date; inputs: tonight (shipment_id), hit (party.hit of the date)
select tonight.shipment_id,
    count(distinct hit.role) filter (where hit.band = 'exact') as listed_parties_n,
    count(distinct hit.role) filter (where hit.band = 'near' and hit.role <> 'goods') as near_listed_parties_n,
    coalesce(max(hit.score), 0) as list_score,
    count(distinct hit.matched_key) filter (where hit.role = 'goods') as listed_goods_n
from tonight left join hit using (shipment_id)
group by tonight.shipment_id
