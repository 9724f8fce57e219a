-- grain: shipment under the exemption whose consignee has others on the day it is entered, together over the limit
-- inputs: claim, day_limit (cases that claim the exemption where it is open), party_shipment_entity
-- a consignee is the resolved party of the date; shipments of the day that landed on other dates are not seen
with claimed as (
    select claim.shipment_id, claim.value_usd, claim.entered_on, entity.consignee_id, day_limit.* exclude (case_id)
    from claim join day_limit using (case_id)
    join party_shipment_entity as entity on entity.shipment_id = claim.shipment_id
    where claim.is_main and claim.value_usd is not null and entity.consignee_id is not null
),
summed as (
    select consignee_id, entered_on, count(*) as claims_n, sum(value_usd) as claims_usd
    from claimed group by all having count(*) > 1
)
select shipment_id, signal_code, severity, entered_on as judged_on, regime_id,
    replace(sentence, '{day}', entered_on::varchar) as sentence,
    format('{} shipments, USD {:,.2f} together', claims_n, claims_usd::double) as observed
from claimed join summed using (consignee_id, entered_on)
where claims_usd > limit_usd
