-- grain: landed file of the date; inputs: feed_file (counts of every feed), file_time (when each was last written),
-- landed_version (core.shipment_version of the date); binds: $on, the date
-- a file touches an earlier date when the newest filing of a shipment is its own and a version of that date stood before
with replaced as (
    select shipment_id, landed_on as touched_on from landed_version where was_current and not is_current
),
deciding as (
    select shipment_id, source_file as file from landed_version semi join replaced using (shipment_id)
    where landed_on = $on::date
    qualify row_number() over (partition by shipment_id order by filed_at desc, source_file desc, source_line desc) = 1
),
touched as (
    select file, string_agg(distinct touched_on::varchar, ', ' order by touched_on::varchar) as touched_dates
    from deciding join replaced using (shipment_id) group by file
)
select feed_file.*, file_time.landed_at, file_time.landed_at::date > $on::date + 1 as is_late, touched.touched_dates
from feed_file join file_time using (file) left join touched using (file)
order by feed, file
