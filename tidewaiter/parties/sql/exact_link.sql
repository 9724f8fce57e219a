-- grain: unseen spelling x exact key; inputs: unseen_block, known_block (blocks of the crosswalk that they share)
-- the other is the spelling that had the key first: the earliest in the crosswalk, else the first of tonight's
with first_known as (
    select kind, value, arg_min(spelling_id, (linked_on, spelling_id)) as other_spelling_id,
        arg_min(party_id, (linked_on, spelling_id)) as party_id, min(linked_on) as linked_on
    from known_block where is_exact group by kind, value
)
select
    block.spelling_id,
    block.kind as evidence,
    coalesce(known.other_spelling_id, min(block.spelling_id) over (partition by block.kind, block.value)) as other_spelling_id,
    known.party_id,
    known.linked_on
from unseen_block as block left join first_known as known on known.kind = block.kind and known.value = block.value
where block.is_exact
order by block.spelling_id, evidence
