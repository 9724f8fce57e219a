-- grain: shipment x filing x truck or trailer that carries it; inputs: kept_truck_manifest_equipment, _shipment, _commodity
-- it is what the goods say they are loaded on; where none of them says so, every trailer of the trip
with loaded as (
    select source_file, shipment_position, list(distinct concat(coalesce(loaded_on_kind, ''), '/', loaded_on_number))
        as places
    from kept_truck_manifest_commodity where loaded_on_number is not null group by all
)
select
    concat('truck:', shipment_control_number) as shipment_id,
    concat(source_file, '#', shipment_position) as version_key,
    row_number() over (partition by source_file, shipment_position order by equipment.source_line)::integer
        as equipment_number,
    coalesce(equipment.equipment_number, license_plates) as container_number,
    equipment_type as container_type,
    seal_numbers
from kept_truck_manifest_equipment as equipment
join kept_truck_manifest_shipment as shipment using (source_file, trip_position)
left join loaded using (source_file, shipment_position)
where case when places is null then equipment_kind = 'TRAILER'
    else list_has_any(places, [concat(equipment_kind, '/', equipment.equipment_number),
        concat('/', equipment.equipment_number)]) end
order by shipment_id, version_key, equipment_number
