-- grain: entity_kind of the night; inputs: entity_tonight, entity_outcome, record_clock
-- the rate that an entity's record is drawn to: its kind's, which is itself drawn to that of all exams; all exams are those
-- of lanes, because every shipment has one
-- leak rule: outcomes count when known before the date began
with known as (
    select entity_kind, exams_n, findings_n, 0.5 ** ((today - known_on) / half_life_days) as weight
    from entity_outcome cross join record_clock where known_on < today
),
summed as (
    select entity_kind, sum(exams_n) as exams_n, sum(findings_n) as findings_n,
        sum(weight * exams_n order by weight, exams_n, findings_n) as recent_exams_n,
        sum(weight * findings_n order by weight, exams_n, findings_n) as recent_findings_n
    from known group by entity_kind
),
overall as (
    select any_value(prior_n) as prior_n,
        coalesce(any_value(findings_n / nullif(exams_n, 0)), any_value(prior_rate)) as finding_rate,
        coalesce(any_value(recent_findings_n / nullif(recent_exams_n, 0)), any_value(prior_rate)) as recent_rate
    from record_clock left join summed on entity_kind = 'lane'
)
select
    kind.entity_kind,
    (coalesce(findings_n, 0) + prior_n * finding_rate) / (coalesce(exams_n, 0) + prior_n) as finding_rate,
    (coalesce(recent_findings_n, 0) + prior_n * recent_rate) / (coalesce(recent_exams_n, 0) + prior_n) as recent_rate
from (select distinct entity_kind from entity_tonight) as kind
cross join overall left join summed using (entity_kind)
