-- grain: key that a spelling of tonight has and a known one too x name x address; inputs: shared_block (blocks of the
-- crosswalk before the date, of keys that unseen spellings have); binds: $most, the names after which a key is cut off
-- of the spellings that differ in nothing that counts the first stays
with first_spelling as (
    select * from shared_block
    qualify row_number() over (partition by kind, value, name_key, address_key, zip_key, country
        order by linked_on, spelling_id) = 1
)
select * from first_spelling
qualify is_exact or row_number() over (partition by kind, value order by linked_on, spelling_id) <= $most + 1
