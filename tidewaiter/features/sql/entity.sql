-- grain and key: entity_kind x entity_id seen on the date; window: the counted_on dates given, all before the date
-- inputs: tonight (entity_day counted on the date), history (entity_day counted before it, what the date takes back
-- included), outcome (entity_outcome); broadcast: clock (today, prior_n, prior_rate)
-- leak rule: history counts up to the day before, as known on the date; outcomes count when known before the date began
-- what was taken back later still says when an entity was first seen; a total below zero, which a history that has been
-- rebuilt in part can have, is none
with past as (
    select entity_kind, entity_id,
        min(counted_on) filter (where history.shipments_n > 0) as first_on,
        sum(shipments_n) filter (where counted_on >= today - 28) as shipments_28d_n
    from history cross join clock semi join tonight using (entity_kind, entity_id)
    group by entity_kind, entity_id
),
record as (
    select entity_kind, entity_id, sum(exams_n) as exams_n, sum(findings_n) as findings_n
    from outcome cross join clock
    where known_on < today
    group by entity_kind, entity_id
)
select
    tonight.entity_kind,
    tonight.entity_id,
    coalesce(today - past.first_on, 0) as first_seen_days,
    greatest(coalesce(past.shipments_28d_n, 0), 0) as shipments_28d_n,
    tonight.shipments_n as shipments_today_n,
    tonight.value_usd as value_today_usd,
    coalesce(record.exams_n, 0) as exams_n,
    (coalesce(record.findings_n, 0) + prior_n * prior_rate) / (coalesce(record.exams_n, 0) + prior_n) as finding_share
from tonight
cross join clock
left join past using (entity_kind, entity_id)
left join record using (entity_kind, entity_id)
