-- grain: spelling that a pair names, with what is compared of it; inputs: unseen_spelling, past_spelling, candidate_pair
-- of a spelling that two dates linked, of which one was built again, the earlier counts
with named as (select left_id as spelling_id from candidate_pair union select right_id from candidate_pair),
told as (
    select spelling_id, null as party_id, null::date as linked_on, party_kind, name_words, name_key, address_key, zip_key,
        country, phone_key, email_key, importer_number
    from unseen_spelling semi join named using (spelling_id)
    union all
    select spelling_id, party_id, linked_on, party_kind, name_words, name_key, address_key, zip_key,
        country, phone_key, email_key, importer_number
    from past_spelling semi join named using (spelling_id)
    qualify row_number() over (partition by spelling_id order by linked_on) = 1
)
from told order by spelling_id, party_id nulls first
