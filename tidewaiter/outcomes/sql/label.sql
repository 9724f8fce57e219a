-- grain: examined shipment x threat family; inputs: outcome_finding, family_code, score_past (with date)
-- whatever chose an exam on purpose counts as targeted: only the random slice speaks for shipments that nobody chose
-- NO_DISCREPANCY is y = 0 for every family; codes that are no label (CANCELLED, NEVER_ARRIVED) make no row
-- a shipment of which several versions were examined has one label a family: of the newest version with a violation,
-- else of the newest
with examined as (
    select shipment_id,
        coalesce(max(shipment_on) filter (where family is not null), max(shipment_on)) as shipment_on,
        list_sort(list_distinct(list(family))) as families,
        min(selector order by selector desc) as source,
        max(known_at) as known_at,
        coalesce(sum(loss_usd), 0) as loss_usd
    from (select *, if(selected_by in ('mandatory', 'novelty'), 'targeted', selected_by) as selector from outcome_finding)
    where shipment_id is not null and is_label
    group by shipment_id
)
select
    examined.shipment_id,
    examined.shipment_on,
    family_code.family,
    list_contains(examined.families, family_code.family)::integer as y,
    examined.source,
    examined.known_at,
    examined.loss_usd,
    score.inclusion_probability
from examined cross join family_code
left join score_past as score on score.shipment_id = examined.shipment_id and score.date = examined.shipment_on
order by examined.shipment_id, family_code.family
