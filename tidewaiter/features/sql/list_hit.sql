-- grain and key: shipment_id of the date; inputs: tonight (shipment_id), hit (party.hit of the date)
select tonight.shipment_id, count(distinct hit.role) as listed_parties_n
from tonight left join hit using (shipment_id)
group by tonight.shipment_id
