-- grain: shipment filed on the date x known version; inputs: filed_shipment (all filings of all feeds),
-- earlier_version (of the same shipments, from earlier dates), conflicting_filing; binds: $on, the date
-- a version is current when it is the newest of its shipment and does not cancel it; of versions filed at one time the
-- one that landed first stands, so what lands again later is a repeat
with earlier_filing as (select distinct shipment_id, filed_at from earlier_version),
tonight as (
    select filed.shipment_id, filed.filed_at, record_status, $on::date as landed_on, false as was_current,
        earlier_filing.shipment_id is not null as is_repeat, conflict.shipment_id is not null as is_conflict,
        filed.source_file, filed.source_line
    from filed_shipment as filed
    left join earlier_filing using (shipment_id, filed_at)
    left join (select distinct * from conflicting_filing) as conflict
        using (shipment_id, filed_at, source_file, source_line)
)
select
    shipment_id,
    filed_at,
    record_status,
    landed_on,
    record_status <> 'cancelled' and row_number() over newest = 1 as is_current,
    was_current,
    is_repeat,
    is_conflict,
    source_file,
    source_line
from (from tonight union all by name from earlier_version)
window newest as (
    partition by shipment_id order by filed_at desc, landed_on, source_file desc, source_line desc)
