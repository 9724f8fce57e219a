-- grain: entity_kind x entity_id x known_on; inputs: outcome_finding, finding_past, entity_past (shipment_entity, dated)
-- days add up: for an entity a shipment counts as examined once, on the first date that says so, and as a violation once,
-- however many of its versions were examined; an entity counts when a version that was examined names it
with judged as (
    select shipment_id, shipment_on, known_at, family, loss_usd, true as is_new
    from outcome_finding where shipment_id is not null and is_label
    union all
    select shipment_id, shipment_on, known_at, family, null as loss_usd, false as is_new
    from finding_past semi join outcome_finding using (shipment_id) where is_label
),
linked as (
    select judged.*, link.shipper_id, link.seller_id, link.consignee_id, link.filer_id, link.tariff_line_id,
        link.line_origin_id, link.lane_id, link.pair_id
    from judged join entity_past as link on link.shipment_id = judged.shipment_id and link.date = judged.shipment_on
),
examined as (
    select entity_kind, entity_id, shipment_id,
        max(known_at) filter (where is_new)::date as known_on,
        bool_and(is_new) as is_first,
        coalesce(bool_or(family is not null) filter (where is_new), false)
            and not coalesce(bool_or(family is not null) filter (where not is_new), false) as is_violation,
        coalesce(sum(loss_usd), 0) as loss_usd
    from (
        unpivot linked
        on shipper_id as shipper, seller_id as seller, consignee_id as consignee, filer_id as filer,
           tariff_line_id as tariff_line, line_origin_id as line_origin, lane_id as lane, pair_id as pair
        into name entity_kind value entity_id
    )
    group by entity_kind, entity_id, shipment_id
)
select
    entity_kind,
    entity_id,
    known_on,
    count(*) filter (where is_first) as exams_n,
    count(*) filter (where is_violation) as findings_n,
    sum(loss_usd) as loss_usd
from examined
where known_on is not null
group by all
order by all
