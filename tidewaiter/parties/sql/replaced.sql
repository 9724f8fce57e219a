-- grain: shipment whose version of an earlier date the filings of this date replace or remove
-- inputs: core_shipment_version; counted_on is the date whose sums count the shipment so far
select shipment_id, landed_on as counted_on from core_shipment_version where was_current and not is_current
order by shipment_id
