-- grain: finding_id; inputs: kept_exam_finding (landed on the date), finding_past (earlier partitions), finding_code,
-- shipment_past (core.shipment of the look-back window, with date)
-- an exam is about a version that had landed by its day: of the shipment's versions the newest that was filed by the
-- moment of the exam, else the first; a finding that has matched once is not taken again; a number is looked for among
-- shipments' own, then house bills, then masters of one shipment, and each with the carrier's code before without it;
-- a house air waybill that stands under several masters names none of them
with past as (
    select finding_id from finding_past where shipment_id is not null
),
landed as (
    select finding_id, shipment_ref, ref_kind, exam_kind, selected_by, examined_at, known_at, finding_code, loss_usd, seized,
        true as is_new
    from kept_exam_finding anti join past using (finding_id)
),
waiting as (
    select finding_id, shipment_ref, ref_kind, exam_kind, selected_by, examined_at, known_at, finding_code, loss_usd, seized,
        false as is_new
    from finding_past anti join past using (finding_id)
    where shipment_id is null
    qualify row_number() over (partition by finding_id order by known_at desc, finding_code) = 1
),
found as (
    select *, case when ref_kind in ('air_waybill', 'truck_shipment') then upper(replace(shipment_ref, ' ', ''))
        else shipment_ref end as number
    from (select * from landed union all (from waiting anti join landed using (finding_id)))
),
numbered as (
    select shipment_id, date, filed_at, carrier_code,
        case split_part(shipment_id, ':', 1) when 'entry' then 'entry' when 'ocean' then 'ocean_bill'
            when 'air' then 'air_waybill' when 'truck' then 'truck_shipment' end as ref_kind,
        unnest([
            {place: 1, number: replace(substr(shipment_id, strpos(shipment_id, ':') + 1), '-', '')},
            {place: 2, number: case when stream <> 'low_value' then replace(house_bill, '-', '') end},
            {place: 3, number: case when stream <> 'low_value' then replace(master_bill, '-', '') end}
        ], recursive := true)
    from shipment_past
),
native as (
    select shipment_id, date, filed_at, ref_kind, 2 * place as place,
        case when ref_kind = 'air_waybill' then upper(replace(number, ' ', '')) else number end as number
    from numbered
    union all
    select shipment_id, date, filed_at, ref_kind, 2 * place + 1, substr(number, length(carrier_code) + 1) from numbered
    where ref_kind = 'ocean_bill' and starts_with(number, carrier_code)
),
candidate as (
    select found.finding_id, native.shipment_id, native.date, native.place, native.filed_at,
        native.filed_at <= found.examined_at as was_filed,
        native.place >= case when native.ref_kind = 'air_waybill' then 4 else 6 end
            and count(distinct native.shipment_id) over (partition by found.finding_id, native.place) > 1 as is_shared
    from found join native using (ref_kind, number)
    where native.date <= found.examined_at::date
),
matched as (
    select finding_id, shipment_id, date as shipment_on from candidate where not is_shared
    qualify row_number() over (partition by finding_id
        order by place, was_filed desc, case when was_filed then filed_at end desc, filed_at, date, shipment_id) = 1
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
