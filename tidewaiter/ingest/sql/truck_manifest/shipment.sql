-- grain: shipment control number x filing; inputs: kept_truck_manifest_trip, _shipment, _equipment, _commodity, code_*
-- the layout says when a truck arrives and not when its manifest was filed: the business date stands for that, and of
-- filings of one date the one that is read later counts
-- weight and value are null when goods of the shipment are held or one of them has none; the main line is the heaviest
with goods as (
    select source_file, shipment_position, goods.source_line, description, quantity, value_usd, origin_country, hs_code,
        loaded_on_number, weight::decimal(38, 3) * unit.meaning::decimal(18, 12) as weight_kg
    from kept_truck_manifest_commodity as goods join code_weight_unit as unit on unit.code = goods.weight_unit
),
summed as (
    select source_file, shipment_position, count(*) as kept_n, sum(quantity) as quantity, sum(weight_kg) as weight_kg,
        case when count(value_usd) = count(*) then sum(value_usd) end as value_usd,
        list(distinct loaded_on_number) filter (where loaded_on_number is not null) as loaded_on
    from goods group by all
),
main_line as (
    select source_file, shipment_position, hs_code, description, origin_country from goods
    qualify row_number() over (partition by source_file, shipment_position order by weight_kg desc, source_line) = 1
),
filed as (
    select shipment.*, trip.trip_number, trip.port_code, trip.estimated_arrival_at, summed.*
            exclude (source_file, shipment_position),
        [coalesce(own.meaning, whole.meaning), whole.meaning] as statuses
    from kept_truck_manifest_shipment as shipment
    join kept_truck_manifest_trip as trip using (source_file, trip_position)
    join code_truck_operation as whole on whole.code = trip.operation
    left join code_truck_operation as own on own.code = shipment.operation
    left join summed using (source_file, shipment_position)
),
vehicle as (
    select source_file, trip_position, string_agg(coalesce(license_plates, equipment_number), ',' order by source_line)
        as conveyance
    from kept_truck_manifest_equipment where equipment_kind = 'TRUCK' group by all
),
boxed as (
    select filed.source_file, filed.shipment_position, count(*)::integer as containers_n
    from filed join kept_truck_manifest_equipment as equipment using (source_file, trip_position)
    join code_truck_container as container on container.code = equipment.equipment_type
    where coalesce(list_contains(filed.loaded_on, equipment.equipment_number), true)
    group by all
)
select
    concat('truck:', shipment_control_number) as shipment_id,
    concat(source_file, '#', shipment_position) as version_key,
    case when list_contains(statuses, 'cancelled') then 'cancelled'
         when list_contains(statuses, 'amended') then 'amended' else 'new' end as record_status,
    'truck' as stream,
    null::varchar as entry_type,
    landed_on::timestamp as filed_at,
    port_code,
    case when containers_n > 0 then '31' else '30' end as mode_code,
    nullif(regexp_extract(trip_number, '^[A-Z]{4}'), '') as carrier_code,
    conveyance,
    null::varchar as filer_code,
    trip_number as master_bill,
    null::varchar as house_bill,
    estimated_arrival_at,
    main_line.origin_country,
    coalesce(province.meaning, lading.meaning, lading_country.meaning) as export_country,
    null::varchar as packing_country,
    loading_place as lading_place,
    main_line.hs_code as hts10,
    main_line.description,
    commodities_n as lines_n,
    ceil(quantity)::bigint as pieces_n,
    case when kept_n = commodities_n then try_cast(weight_kg as decimal(18, 3)) end as gross_weight_kg,
    case when kept_n = commodities_n then try_cast(value_usd as decimal(18, 2)) end as value_usd,
    null::decimal(18, 2) as listed_price_usd,
    null::varchar as marketplace, null::date as account_opened_on,
    null::boolean as is_known_consignor, null::boolean as is_screened,
    coalesce(containers_n, 0) as containers_n,
    source_file,
    source_line
from filed
left join main_line using (source_file, shipment_position)
left join vehicle using (source_file, trip_position)
left join boxed using (source_file, shipment_position)
left join code_state_country as province on province.code = filed.loading_place
left join code_schedule_k_country as lading on lading.code = filed.loading_place
left join code_schedule_k_country as lading_country on lading_country.code = left(filed.loading_place, 3)
    and length(filed.loading_place) = 5
order by shipment_id, filed_at, source_file, source_line
