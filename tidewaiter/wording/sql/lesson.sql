-- grain: goods text x tariff heading of one date, as those entries stand that teach; inputs, all of that date: lesson_shipment,
-- lesson_entity (party.shipment_entity); of the dates after it: later_version (core.shipment_version), lesson_finding
-- (outcome.finding); binds: $on, the date, $night, the night that learns, $codes, findings that spoil an entry, $most, texts
-- with their heading at most
-- leak rule: all that is read landed before the night that learns, and was known before it
-- a sender counts once for a text and heading, so that one with ten thousand parcels has one voice
with silent as (
    select shipment_id from later_version where was_current and not is_current and landed_on = $on
    union all
    select shipment_id from lesson_finding
    where shipment_on = $on and known_at < $night and list_contains($codes, finding_code)
),
taught as (
    select lesson.description, left(lesson.hts10, 4) as heading,
        count(distinct coalesce(entity.shipper_id, entity.seller_id, lesson.shipment_id))::bigint as senders_n
    from lesson_shipment as lesson left join lesson_entity as entity on entity.shipment_id = lesson.shipment_id
    where lesson.description is not null and length(lesson.hts10) >= 4
        and not exists (from silent where silent.shipment_id = lesson.shipment_id)
    group by all
)
select description, heading, senders_n from taught
order by md5_number_lower(description || '|' || heading), description, heading
limit $most
