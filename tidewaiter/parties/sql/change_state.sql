-- grain: entity x series that is watched; inputs: change_before (state of the night before), change_level (tonight),
-- change_factor (how busy the night is), spread (prior spread of a series), change_clock (the policy and today)
-- sums of log likelihood ratios that start anew at nought (CUSUM): of a volume, of the negative binomial with a risen
-- mean against the usual one (Höhle and Paul 2008, Computational Statistics & Data Analysis 52); of another series, of a
-- normal distribution moved by one deviation, up and down; what is usual is a mean that forgets, as of the night before, in
-- which a night weighs as much as it is busy; that a mean is of few nights makes the counts that it expects wider
-- an entity that is not seen has no volume that night, and nothing else is known of it
with met as (
    select
        coalesce(level.entity_kind, before.entity_kind) as entity_kind,
        coalesce(level.entity_key, before.entity_key) as entity_key,
        coalesce(level.entity_id, before.entity_id) as entity_id,
        coalesce(level.series, before.series) as series,
        case when coalesce(level.series, before.series) = 'volume' then coalesce(level.level, 0) else level.level end
            as level,
        case when level.level is not null then today else before.seen_on end as seen_on,
        coalesce(before.first_on, today) as first_on,
        coalesce(before.nights_n, 0) as nights_n,
        coalesce(before.weight, 0) as weight,
        before.mean, before.variance, before.alarmed_on,
        case when before.alarmed_on = before.updated_on then 0 else coalesce(before.up, 0) end as up_before,
        case when before.alarmed_on = before.updated_on then 0 else coalesce(before.down, 0) end as down_before,
        before.up_on, before.up_mean, before.up_sum, before.up_nights_n,
        before.down_on, before.down_mean, before.down_sum, before.down_nights_n,
        case when coalesce(level.series, before.series) = 'volume' then coalesce(factor.factor, 1) else 1 end as factor
    from change_before as before
    full join change_level as level using (entity_kind, entity_key, series)
    left join change_factor as factor on factor.entity_kind = coalesce(level.entity_kind, before.entity_kind)
    cross join change_clock
    where level.level is not null or before.seen_on >= today - forget_days
),
judged as (
    select met.*,
        greatest(mean * factor, 0.02) as expected,
        (weight * greatest((variance - greatest(mean, 0.02)) / greatest(mean, 0.02) ** 2, 0)
            + prior_nights * prior_dispersion) / (weight + prior_nights) as spread_of_counts,
        sqrt((weight * coalesce(variance, 0) + prior_nights * spread * spread) / (weight + prior_nights)) as deviation
    from met left join spread using (series) cross join change_clock
),
widened as (
    select *, spread_of_counts + (1 / greatest(mean, 0.02) + spread_of_counts) / greatest(weight, 1) as dispersion
    from judged
),
weighed as (
    select widened.*,
        case
            when level is null or mean is null then 0
            when series = 'volume' then
                level * ln(volume_ratio * (1 + dispersion * expected) / (1 + dispersion * volume_ratio * expected))
                - ln((1 + dispersion * volume_ratio * expected) / (1 + dispersion * expected)) / dispersion
            else greatest(least((level - mean) / deviation, 5), -5) - 0.5
        end as up_by,
        case
            when level is null or mean is null or series = 'volume' then 0
            else greatest(least((mean - level) / deviation, 5), -5) - 0.5
        end as down_by
    from widened cross join change_clock
),
summed as (
    select weighed.*, greatest(up_before + up_by, 0) as up, greatest(down_before + down_by, 0) as down,
        0.5 ** (1 / half_life_nights) * weight + factor as weight_now
    from weighed cross join change_clock
)
select
    entity_kind, entity_key, entity_id, series, first_on, seen_on, today as updated_on,
    nights_n + (level is not null)::integer as nights_n,
    case when level is null then weight else weight_now end as weight,
    case when level is null then mean else coalesce(mean + (level - factor * mean) / weight_now, level / factor) end as mean,
    case when level is null or mean is null then coalesce(variance, 0)
        else variance + ((level - factor * mean) ** 2 / factor - factor * variance) / weight_now end as variance,
    up, down,
    case when up > 0 then if(up_before > 0, up_on, today) end as up_on,
    case when up > 0 then if(up_before > 0, up_mean, mean) end as up_mean,
    case when up > 0 then if(up_before > 0, up_sum, 0) + coalesce(level, 0) end as up_sum,
    case when up > 0 then if(up_before > 0, up_nights_n, 0) + (level is not null)::integer end as up_nights_n,
    case when down > 0 then if(down_before > 0, down_on, today) end as down_on,
    case when down > 0 then if(down_before > 0, down_mean, mean) end as down_mean,
    case when down > 0 then if(down_before > 0, down_sum, 0) + coalesce(level, 0) end as down_sum,
    case when down > 0 then if(down_before > 0, down_nights_n, 0) + (level is not null)::integer end as down_nights_n,
    alarmed_on
from summed cross join change_clock
