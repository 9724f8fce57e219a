-- grain: finding that landed on the date under the id of one that had matched before it, and says something else
-- inputs: kept_exam_finding (landed on the date), finding_past (earlier partitions); the one that matched first stands
with landed as (
    select finding_id, source_file, (shipment_ref, ref_kind, exam_kind, selected_by, examined_at, known_at, finding_code,
        loss_usd, seized) as content
    from kept_exam_finding
),
past as (
    select finding_id, (shipment_ref, ref_kind, exam_kind, selected_by, examined_at, known_at, finding_code, loss_usd,
        seized) as content
    from finding_past where shipment_id is not null
)
select landed.finding_id, landed.source_file
from landed join past using (finding_id)
where landed.content is distinct from past.content
order by landed.source_file, landed.finding_id
