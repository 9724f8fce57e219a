-- grain: pair of spellings that share a key which does not by itself make them one, at least one of them unseen
-- inputs: unseen_block, known_block; binds: $most, the names that a key may have before it says nothing
-- spellings with one name, address, ZIP and country are one already: the first of them stands for all
with member as (
    select kind, value, name_key, address_key, zip_key, country, spelling_id, true as is_unseen
    from unseen_block where not is_exact
    union all
    select kind, value, name_key, address_key, zip_key, country, spelling_id, false
    from known_block where not is_exact
),
standing as (
    select kind, value, arg_min(spelling_id, (is_unseen, spelling_id)) as spelling_id, bool_and(is_unseen) as is_unseen
    from member group by kind, value, name_key, address_key, zip_key, country
),
telling as (select kind, value from standing group by kind, value having count(*) between 2 and $most),
near as (select standing.* from standing semi join telling using (kind, value))
select distinct left_side.spelling_id as left_id, right_side.spelling_id as right_id
from near as left_side
join near as right_side on right_side.kind = left_side.kind and right_side.value = left_side.value
where left_side.is_unseen and left_side.spelling_id <> right_side.spelling_id
    and (not right_side.is_unseen or left_side.spelling_id < right_side.spelling_id)
order by left_id, right_id
