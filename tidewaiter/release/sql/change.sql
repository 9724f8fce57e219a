-- grain: entity that alarms on the date; inputs: party_change
select entity_kind, entity_id, place, sentence, series, direction, score, since_on, level_before, level_since, nights_n,
    first_on, shipments_n, top_consignee_share
from party_change
