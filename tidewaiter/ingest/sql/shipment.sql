-- grain: shipment_id, the current version of each that landed on the date; inputs: filed_shipment, core_shipment_version
-- a shipment whose standing version landed on an earlier date is in that date's partition
with counted as (
    select shipment_id,
        count(*) filter (where not is_repeat)::integer as versions_n,
        min(landed_on) as first_landed_on,
        max(landed_on) filter (where was_current) as replaces_on
    from core_shipment_version group by shipment_id
)
select filed.* exclude (record_status, version_key), counted.* exclude (shipment_id)
from filed_shipment as filed
semi join (from core_shipment_version where is_current) using (shipment_id, filed_at, source_file, source_line)
join counted using (shipment_id)
