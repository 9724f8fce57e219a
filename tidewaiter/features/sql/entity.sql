-- grain and key: entity_key (a kind and an entity) seen on the date; window: the counted_on dates given, all before the date
-- inputs: tonight (entity_day counted on the date), history (entity_day counted before it, what the date takes back
-- included), outcome (entity_outcome); broadcast: clock (today, prior_n, half_life_days), prior (a kind's finding rates)
-- leak rule: history counts up to the day before, as known on the date; outcomes count when known before the date began
-- what was taken back later still says when an entity was first seen; a total below zero, which a history that has been
-- rebuilt in part can have, is none
-- a record is drawn to its kind's rate; in a recent one an exam weighs half as much with each half-life of its age
with past as (
    select entity_key,
        min(counted_on) filter (where history.shipments_n > 0) as first_on,
        sum(shipments_n) filter (where counted_on >= today - 7) as shipments_7d_n,
        sum(shipments_n) filter (where counted_on >= today - 28) as shipments_28d_n,
        sum(shipments_n) filter (where counted_on >= today - 90) as shipments_90d_n,
        sum(shipments_n) filter (where counted_on >= today - 365) as shipments_365d_n
    from history cross join clock semi join tonight using (entity_key)
    group by entity_key
),
known as (
    select entity_key, exams_n, findings_n, 0.5 ** ((today - known_on) / half_life_days) as weight
    from outcome cross join clock semi join tonight using (entity_key)
    where known_on < today
),
record as (
    select entity_key, sum(exams_n) as exams_n, sum(findings_n) as findings_n,
        sum(weight * exams_n order by weight, exams_n, findings_n) as recent_exams_n,
        sum(weight * findings_n order by weight, exams_n, findings_n) as recent_findings_n
    from known group by entity_key
)
select
    tonight.entity_kind,
    tonight.entity_id,
    coalesce(today - past.first_on, 0) as first_seen_days,
    greatest(coalesce(past.shipments_7d_n, 0), 0) as shipments_7d_n,
    greatest(coalesce(past.shipments_28d_n, 0), 0) as shipments_28d_n,
    greatest(coalesce(past.shipments_90d_n, 0), 0) as shipments_90d_n,
    greatest(coalesce(past.shipments_365d_n, 0), 0) as shipments_365d_n,
    tonight.shipments_n as shipments_today_n,
    tonight.value_usd as value_today_usd,
    coalesce(record.exams_n, 0) as exams_n,
    coalesce(record.findings_n, 0) as findings_n,
    (coalesce(record.findings_n, 0) + prior_n * prior.finding_rate) / (coalesce(record.exams_n, 0) + prior_n)
        as finding_share,
    (coalesce(record.recent_findings_n, 0) + prior_n * prior.recent_rate) / (coalesce(record.recent_exams_n, 0) + prior_n)
        as recent_finding_share
from tonight
cross join clock
join prior using (entity_kind)
left join past using (entity_key)
left join record using (entity_key)
