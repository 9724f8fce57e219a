-- grain: shipment_id x line_number of the date as duty is found on it; inputs: core_shipment_line, core_shipment
select line.shipment_id, line.line_number, line.hts10, line.origin_country, line.description, line.quantity,
    line.quantity_unit, line.gross_weight_kg, line.value_usd, shipment.mode_code, shipment.entry_type,
    shipment.value_usd as shipment_value_usd,
    min(line.line_number) over (partition by line.shipment_id) as first_line_number
from core_shipment_line as line join core_shipment as shipment using (shipment_id)
