-- grain: as core.shipment_version; inputs: tonight (core.shipment_version of the night); binds: $day, the past day
-- shipments of the past are others than tonight's, but for one in a thousand, which is filed again tonight
select * replace (
    case when hash(shipment_id, $day::date) % 1000 = 0 then shipment_id else shipment_id || '~' || $day::date end
        as shipment_id,
    filed_at - (landed_on - $day::date) * interval 1 day as filed_at,
    $day::date as landed_on
) from tonight
