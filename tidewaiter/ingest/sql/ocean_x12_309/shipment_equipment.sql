-- grain: bill x filing x container; inputs: kept_ocean_x12_309_equipment, _bill
-- equipment without a number is cargo in no container
select
    concat('ocean:', issuer_code, bill_number, '#' || nullif(bill_occurrence, 1)) as shipment_id,
    concat(source_file, '#', bill_position) as version_key,
    row_number() over (partition by source_file, bill_position order by equipment.source_line)::integer
        as equipment_number,
    concat(owner_code, serial_number) as container_number,
    container_type,
    nullif(concat_ws(',', seal_1, seal_2), '') as seal_numbers
from kept_ocean_x12_309_equipment as equipment
join kept_ocean_x12_309_bill as bill using (source_file, bill_position)
where serial_number is not null
order by shipment_id, version_key, equipment_number
