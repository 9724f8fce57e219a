-- mart.shipment: one row a scored shipment of the date with what was declared about it.
-- Goods text stays behind: it is free text and can hold names.
select
    score.*,
    port_name.meaning as port_name,
    core.* exclude (shipment_id, stream, port_code, description)
from score_shipment as score
join core_shipment as core on core.shipment_id = score.shipment_id
left join port_name on port_name.code = score.port_code
