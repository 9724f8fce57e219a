-- grain: version, landed before the date, of a shipment filed on it; inputs: filed_shipment (tonight's filings),
-- version_past (core.shipment_version of the look-back window, with its date); binds: $first, the window's first date
-- a date of the window speaks for what landed on it; for what landed before the window its newest partition speaks
-- of versions filed at one time the one that landed first stands
with found as (
    select shipment_id, filed_at, record_status, landed_on, is_repeat, is_conflict, source_file, source_line
    from version_past semi join filed_shipment using (shipment_id)
    where landed_on = date or landed_on < $first
    qualify row_number() over (partition by shipment_id, filed_at, source_file, source_line order by date desc) = 1
)
select *, record_status <> 'cancelled' and row_number() over newest = 1 as was_current
from found
window newest as (
    partition by shipment_id order by filed_at desc, landed_on, source_file desc, source_line desc)
