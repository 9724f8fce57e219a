-- The first three shipments of each queue, with the reasons.
select
    port_code,
    port_name,
    rank,
    shipment_id,
    round(score, 3) as score,
    round(expected_consequence_usd) as consequence_usd,
    reasons_text
from mart.queue
where rank <= 3
order by port_code, team, rank;
