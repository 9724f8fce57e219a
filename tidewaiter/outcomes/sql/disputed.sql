-- grain: exam of a shipment of which findings exclude each other, one of them of the date: a violation and none, or one
-- code twice; a second finding under an id that matched before is not here (contradicted.sql)
-- inputs: outcome_finding (of the date), finding_past (earlier partitions)
with result as (
    select finding_id, shipment_id, exam_kind, examined_at, finding_code, family, true as is_new from outcome_finding
    union all
    select finding_id, shipment_id, exam_kind, examined_at, finding_code, family, false as is_new from finding_past
),
exam as (
    select shipment_id, list_sort(list(finding_id)) as finding_ids, bool_or(is_new) as is_new,
        bool_or(family is null) and bool_or(family is not null) as is_both,
        count(*) > count(distinct finding_code) as is_twice
    from result
    where shipment_id is not null
    group by shipment_id, exam_kind, examined_at
)
select finding_ids, is_both, is_twice from exam where is_new and (is_both or is_twice) order by finding_ids
