-- grain: shipment_id, the current version of each; inputs: filed_shipment, core_shipment_version
select filed.* exclude (record_status, version_key), versions.versions_n
from filed_shipment as filed
semi join (from core_shipment_version where is_current) using (shipment_id, filed_at, source_file, source_line)
join (select shipment_id, count(*)::integer as versions_n from core_shipment_version group by all) as versions
    using (shipment_id)
order by shipment_id
