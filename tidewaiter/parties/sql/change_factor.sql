-- grain: entity_kind; inputs: change_before (state of the night before), change_level, change_clock
-- how busy the night is: the middle ratio of volume to what is usual over the kind's entities with two shipments a night
-- or more; 1 where these are fewer than twenty, so that no one entity makes a night busy
select entity_kind,
    case when count(*) >= 20 then least(greatest(median(coalesce(level.level, 0) / before.mean), 0.05), 5) else 1.0 end
        as factor
from change_before as before
left join change_level as level using (entity_kind, entity_key, series)
where series = 'volume' and before.mean >= 2
group by entity_kind
order by entity_kind
