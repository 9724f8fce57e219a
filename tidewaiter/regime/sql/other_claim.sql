-- grain: shipment x origin of its lines that is not that of the main line; inputs: claim, core_shipment_line, cell_origin
with line_origin as (
    select distinct shipment_id, line.origin_country, cell
    from core_shipment_line as line join cell_origin on cell_origin.code = line.origin_country
    where shipment_id in (select shipment_id from claim where has_lines)
)
select claim.* replace (
    line_origin.origin_country as origin_country,
    case_id % 10000000000 + 10000000000 * line_origin.cell as case_id,
    false as is_main)
from claim join line_origin using (shipment_id)
where line_origin.origin_country is distinct from claim.origin_country
