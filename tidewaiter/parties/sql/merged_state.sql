-- grain: entity x series that is watched, parties that have become one as one; inputs: change_before_as_made (state of the
-- night before), became (old_id, now_id)
-- of parties that became one the volumes add up; of another series what is usual is that of both, by how much each weighs;
-- what there was of evidence is left behind: a merger is no rise
with named as (
    select made.*, coalesce(became.now_id, made.entity_id) as now_id, became.now_id is not null as is_gone
    from change_before_as_made as made
    left join became on became.old_id = made.entity_id and made.entity_kind in ('shipper', 'seller')
),
moved as (select distinct entity_kind, now_id from named where is_gone),
usual as (
    select entity_kind, now_id, series, sum(mean * weight order by entity_id) / nullif(sum(weight order by entity_id), 0)
        as mean
    from named semi join moved using (entity_kind, now_id) where series <> 'volume' group by all
),
one as (
    select entity_kind, md5_number_lower(entity_kind || '|' || now_id) as entity_key, now_id as entity_id, series,
        min(first_on) as first_on, max(seen_on) as seen_on, max(updated_on) as updated_on, max(nights_n) as nights_n,
        max(weight) as weight,
        case when series = 'volume' then sum(named.mean order by named.entity_id) else any_value(usual.mean) end as mean,
        case when series = 'volume' then sum(variance order by named.entity_id)
            else sum(weight * (variance + (named.mean - usual.mean) ** 2) order by named.entity_id)
                / nullif(sum(weight order by named.entity_id), 0) end as variance,
        0::double as up, 0::double as down, max(alarmed_on) as alarmed_on
    from named semi join moved using (entity_kind, now_id) left join usual using (entity_kind, now_id, series)
    group by entity_kind, now_id, series
)
select * exclude (now_id, is_gone) from named anti join moved using (entity_kind, now_id)
union all by name
select * from one
