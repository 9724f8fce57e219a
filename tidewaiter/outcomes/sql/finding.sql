-- grain: finding_id; inputs: kept_exam_finding (landed on the date), finding_past (earlier partitions), finding_code,
-- shipment_past (core.shipment of the look-back window, with date); the newest shipment of a reference is meant;
-- a bill may be referred to without its carrier's code
with landed as (
    select finding_id, shipment_ref, ref_kind, exam_kind, selected_by, examined_at, known_at, finding_code, loss_usd, seized,
        true as is_new
    from kept_exam_finding
),
waiting as (
    select finding_id, shipment_ref, ref_kind, exam_kind, selected_by, examined_at, known_at, finding_code, loss_usd, seized,
        false as is_new
    from finding_past
    where shipment_id is null and finding_id not in (select finding_id from finding_past where shipment_id is not null)
),
found as (select * from landed union all (from waiting anti join landed using (finding_id))),
numbered as (
    select shipment_id, date, carrier_code,
        case split_part(shipment_id, ':', 1) when 'entry' then 'entry' when 'ocean' then 'ocean_bill'
            when 'air' then 'air_waybill' when 'truck' then 'truck_shipment' end as ref_kind,
        unnest(list_distinct([
            replace(substr(shipment_id, strpos(shipment_id, ':') + 1), '-', ''),
            case when stream <> 'low_value' then replace(house_bill, '-', '') end,
            case when stream <> 'low_value' then replace(master_bill, '-', '') end])) as number
    from shipment_past
),
native as (
    select shipment_id, date, ref_kind, number as shipment_ref, true as is_whole from numbered
    union all
    select shipment_id, date, ref_kind, substr(number, length(carrier_code) + 1), false from numbered
    where ref_kind = 'ocean_bill' and starts_with(number, carrier_code)
),
matched as (
    select found.finding_id, max_by(native.shipment_id, (native.is_whole, native.date, native.shipment_id)) as shipment_id,
        max_by(native.date, (native.is_whole, native.date, native.shipment_id)) as shipment_on
    from found join native using (ref_kind, shipment_ref)
    group by found.finding_id
)
select
    found.finding_id,
    matched.shipment_id,
    matched.shipment_on,
    found.shipment_ref,
    found.ref_kind,
    found.exam_kind,
    found.selected_by,
    found.examined_at,
    found.known_at,
    found.finding_code,
    finding_code.family,
    finding_code.is_label,
    found.loss_usd,
    found.seized
from found
left join matched using (finding_id)
join finding_code using (finding_code)
where found.is_new or matched.shipment_id is not null
order by found.finding_id
