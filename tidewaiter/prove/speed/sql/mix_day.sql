-- grain: as party.mix_day; inputs: tonight (party.mix_day of the night); binds: $day, the past day
-- of the same entities as in entity_day.sql; others stand in for the rest
select * replace (
    case when hash(entity_kind, entity_key, $day::date) % 10 < 6 then entity_key else hash(entity_key, $day::date) end
        as entity_key,
    $day::date as counted_on
) from tonight
