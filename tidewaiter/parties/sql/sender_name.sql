-- grain: sender's name x country, known or of tonight, with at most two of its spellings, those first seen
-- inputs: past_spelling, unseen_spelling
with sender as (
    select spelling_id, name_words, name_key, country, address_key, linked_on, false as is_unseen
    from past_spelling where party_kind = 'sender'
    union all
    select spelling_id, name_words, name_key, country, address_key, null, true
    from unseen_spelling where party_kind = 'sender'
),
ordered as (
    select *, row_number() over (partition by name_key, country order by linked_on nulls last, spelling_id) as place
    from sender
)
select
    arg_min(name_words, place) as name_words,
    country,
    list(spelling_id order by place)[:2] as spelling_ids,
    bool_and(is_unseen) as is_unseen
from ordered
group by name_key, country
order by name_key, country
