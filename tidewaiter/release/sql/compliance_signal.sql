-- mart.compliance_signal: one row a signal of the date with what was declared about its shipment.
-- binds: $on, the date.
select $on::date as date, signal.*, shipment.stream, shipment.port_code, shipment.entry_type, shipment.mode_code,
    shipment.origin_country, shipment.value_usd
from core_compliance_signal as signal join core_shipment as shipment using (shipment_id)
