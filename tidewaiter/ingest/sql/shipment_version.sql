-- grain: shipment_id x filed version; inputs: filed_shipment (all versions of all feeds)
-- a version is current when it is the newest of its shipment and does not cancel it
select
    shipment_id,
    filed_at,
    record_status,
    record_status <> 'cancelled' and row_number() over newest = 1 as is_current,
    source_file,
    source_line
from filed_shipment
window newest as (partition by shipment_id order by filed_at desc, source_file desc, source_line desc)
order by shipment_id, filed_at, source_file, source_line
