-- grain: entity_kind x entity_id x known_on; inputs: outcome_finding, finding_past, entity_past (shipment_entity, dated)
-- days add up: a shipment counts as examined once, on the first date that says so, and as a violation once
with examined as (
    select shipment_id, shipment_on,
        max(known_at)::date as known_on,
        bool_or(family is not null) as has_violation,
        coalesce(sum(loss_usd), 0) as loss_usd
    from outcome_finding where shipment_id is not null and is_label
    group by shipment_id, shipment_on
),
earlier as (
    select shipment_id, shipment_on, bool_or(family is not null) as had_violation
    from finding_past where shipment_id is not null and is_label
    group by shipment_id, shipment_on
),
counted as (
    select examined.* exclude (has_violation), earlier.shipment_id is null as is_first,
        has_violation and not coalesce(had_violation, false) as is_violation
    from examined left join earlier using (shipment_id, shipment_on)
),
linked as (
    select counted.*, link.shipper_id, link.seller_id, link.consignee_id, link.filer_id, link.tariff_line_id,
        link.lane_id, link.pair_id
    from counted join entity_past as link on link.shipment_id = counted.shipment_id and link.date = counted.shipment_on
)
select
    entity_kind,
    entity_id,
    known_on,
    count(*) filter (where is_first) as exams_n,
    count(*) filter (where is_violation) as findings_n,
    sum(loss_usd) as loss_usd
from (
    unpivot linked
    on shipper_id as shipper, seller_id as seller, consignee_id as consignee, filer_id as filer,
       tariff_line_id as tariff_line, lane_id as lane, pair_id as pair
    into name entity_kind value entity_id
)
group by all
order by all
