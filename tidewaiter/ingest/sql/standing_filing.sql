-- grain: filing of the date that stands; inputs: filed_shipment, core_shipment_version
select version_key
from filed_shipment
semi join (from core_shipment_version where is_current) using (shipment_id, filed_at, source_file, source_line)
